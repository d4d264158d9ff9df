// Light or dark: as the system says, or as a reader does.
import {el} from './dom.js';

const CHOICES = ['auto', 'light', 'dark'];
const KEY = 'mallocop-theme';

function remembered() {
  try {
    const value = localStorage.getItem(KEY);
    return CHOICES.includes(value) ? value : 'auto';
  } catch {
    return 'auto';
  }
}

function remember(value) {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // Not everywhere is there a storage.
  }
}

const listeners = [];

// Charts on a canvas have to be drawn anew.
export function onTheme(listener) {
  listeners.push(listener);
}

export function themeSwitch() {
  let chosen = remembered();
  const button = el('button', {
    type: 'button',
    class: 'theme',
    id: 'theme',
    onclick: () => {
      chosen = CHOICES[(CHOICES.indexOf(chosen) + 1) % CHOICES.length];
      remember(chosen);
      show();
    },
  });
  const show = () => {
    if (chosen === 'auto') {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = chosen;
    }
    button.textContent = {auto: '◐ Auto', light: '○ Light', dark: '● Dark'}[chosen];
    button.setAttribute('aria-label', `Colours: ${chosen}. Press to change.`);
    for (const listener of listeners) listener();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);
  show();
  return button;
}
