// The report of the page: reads its data, builds its parts from top to bottom, and connects them by what is chosen.
import {adviceSection} from './advice.js';
import {append, el} from './dom.js';
import {FlameView} from './flame_view.js';
import {header} from './header.js';
import {commandOf, overview, STATES, stateOf} from './headline.js';
import {footer, ledgerSection} from './ledger.js';
import {MemoryView} from './memory.js';
import {readModel} from './model.js';
import {OperationsView} from './operations.js';
import {SitesView} from './sites.js';
import {State} from './state.js';
import {afterSection, verdictSection} from './verdict.js';

function start() {
  const model = readModel();
  const state = new State(model);
  document.title = `${STATES[stateOf(model)][1]} ${commandOf(model.profile)} - mallocop`;

  const flame = new FlameView(model, state);
  const sites = new SitesView(model, state, (row) => flame.reveal(row.place, row.operation));
  const openSite = (row) => sites.open(model.rowOfSite(row));
  const operations = new OperationsView(model, state);
  const memory = model.profile.memory ? new MemoryView(model, openSite) : null;
  const parts = [
    overview(model),
    verdictSection(model, openSite),
    afterSection(model),
    operations.element,
    adviceSection(model, openSite),
    flame.element,
    sites.element,
    memory?.element,
    ledgerSection(model),
  ].filter(Boolean);
  const main = el('main', {}, parts);
  append(document.body, [header(model, state, parts), main, footer(model)]);
  operations.mount();
  flame.update();
  sites.mount();
  memory?.mount();
  document.documentElement.dataset.ready = 'true';
}

start();
