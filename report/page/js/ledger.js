// How far the measurement can be trusted, what it was made with, and whose software is in this page.
import {el, section} from './dom.js';

export function ledgerSection(model) {
  const of = (profile) =>
    el(
      'ul',
      {class: 'plain'},
      profile.ledger.map((line) => el('li', {}, line)),
    );
  return section(
    'ledger',
    'Ledger',
    model.before
      ? [el('h3', {}, 'After'), of(model.profile), el('h3', {}, 'Before'), of(model.before)]
      : of(model.profile),
  );
}

export function footer(model) {
  const notices = document.getElementById('notices').textContent;
  return el(
    'footer',
    {},
    el('p', {}, `Written by mallocop ${model.version}. This page is one file and asks no network for anything.`),
    el('details', {}, el('summary', {}, 'Software in this page'), el('pre', {}, notices)),
  );
}
