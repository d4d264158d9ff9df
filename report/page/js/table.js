// A table of any number of rows, of which only those in view are elements (virtual-core). It sorts by a click on a
// heading, and one row can be chosen, by pointer or keyboard.
import {elementScroll, observeElementOffset, observeElementRect, Virtualizer} from '@tanstack/virtual-core';

import {append, el, replaceChildren} from './dom.js';

const OVERSCAN = 8; // rows beyond those in view
const MOST_PRINTED = 200;
const HEADING = 36; // pixels, as in table.css, like the next two
const GAP = 14;
const PADDING = 16;

let tables = 0;

export class Table {
  // `columns`: {id, title, least: pixels, grow: share of what is left, right, value(row) to sort by, cell(row) → text
  // or element, note}
  constructor({label, columns, rowHeight = 34, sort, onChoose, className = ''}) {
    this.columns = columns;
    this.sort = sort; // {id, down}
    this.onChoose = onChoose;
    this.rowHeight = rowHeight;
    this.rows = [];
    this.active = -1;
    this.id = `table-${++tables}`;
    this.spacer = el('div', {class: 'rows', role: 'rowgroup'});
    this.heading = el('div', {class: 'row heading', role: 'row', 'aria-rowindex': 1});
    this.element = el(
      'div',
      {
        class: `table ${className}`,
        role: 'grid',
        tabindex: 0,
        'aria-label': label,
        'aria-colcount': columns.length,
        onkeydown: (event) => this.onKey(event),
      },
      el('div', {role: 'rowgroup', class: 'head'}, this.heading),
      this.spacer,
    );
    const least = columns.reduce((sum, column) => sum + column.least + GAP, 2 * PADDING - GAP);
    this.element.style.setProperty(
      '--tracks',
      columns.map((column) => `minmax(${column.least}px, ${column.grow ?? 1}fr)`).join(' '),
    );
    this.element.style.setProperty('--least', `${least}px`);
    this.spacer.addEventListener('click', (event) => {
      const row = event.target.closest('.row');
      if (row) this.choose(Number(row.dataset.row));
    });
    this.virtualizer = new Virtualizer(this.options());
    addEventListener('beforeprint', () => this.print(true));
    addEventListener('afterprint', () => this.print(false));
  }

  options() {
    return {
      count: this.rows.length,
      overscan: OVERSCAN,
      scrollPaddingStart: HEADING,
      getScrollElement: () => this.element,
      estimateSize: () => this.rowHeight,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => this.draw(),
    };
  }

  // Once the element is in the page.
  mount() {
    this.virtualizer._didMount();
    this.virtualizer._willUpdate();
    this.draw();
  }

  // The row that `isChosen` takes is the chosen one.
  show(rows, isChosen = () => false) {
    this.rows = [...rows];
    this.isChosen = isChosen;
    this.order();
  }

  order() {
    const column = this.columns.find((one) => one.id === this.sort?.id);
    if (column) {
      const sign = this.sort.down ? -1 : 1;
      this.rows.sort((a, b) => sign * compare(column.value(a), column.value(b)));
    }
    this.active = this.rows.findIndex(this.isChosen);
    this.element.setAttribute('aria-rowcount', this.rows.length + 1);
    this.drawHeading();
    this.virtualizer.setOptions(this.options());
    this.virtualizer.measure();
    this.draw();
  }

  drawHeading() {
    replaceChildren(
      this.heading,
      this.columns.map((column) => {
        const sorted = this.sort?.id === column.id ? (this.sort.down ? 'descending' : 'ascending') : 'none';
        const mark =
          sorted === 'none' ? null : el('span', {'aria-hidden': 'true'}, sorted === 'descending' ? '▾' : '▴');
        return el(
          'div',
          {class: column.right ? 'cell right' : 'cell', role: 'columnheader', 'aria-sort': sorted, title: column.note},
          el(
            'button',
            {type: 'button', 'data-column': column.id, onclick: () => this.sortBy(column.id)},
            column.right ? [mark, ' ', column.title] : [column.title, ' ', mark],
          ),
        );
      }),
    );
  }

  sortBy(id) {
    const column = this.columns.find((one) => one.id === id);
    const down = this.sort?.id === id ? !this.sort.down : column.right === true;
    this.sort = {id, down};
    this.order();
    this.heading.querySelector(`[data-column="${id}"]`).focus();
  }

  draw() {
    const items = this.printing
      ? this.rows.slice(0, MOST_PRINTED).map((_, index) => ({index, start: index * this.rowHeight}))
      : this.virtualizer.getVirtualItems();
    this.spacer.style.height = `${this.printing ? items.length * this.rowHeight : this.virtualizer.getTotalSize()}px`;
    replaceChildren(
      this.spacer,
      items.filter((item) => item.index < this.rows.length).map((item) => this.row(item)),
    );
    this.point();
  }

  row({index, start}) {
    const row = this.rows[index];
    const element = el('div', {
      class: index === this.active ? 'row chosen' : 'row',
      role: 'row',
      id: `${this.id}-${index}`,
      'data-row': index,
      'aria-rowindex': index + 2,
      'aria-selected': index === this.active ? 'true' : 'false',
    });
    element.style.transform = `translateY(${start}px)`;
    element.style.height = `${this.rowHeight}px`;
    for (const column of this.columns) {
      const cell = el('div', {class: column.right ? 'cell right' : 'cell', role: 'gridcell'});
      append(cell, [column.cell(row)]);
      element.append(cell);
    }
    return element;
  }

  point() {
    const shown = this.active >= 0 && document.getElementById(`${this.id}-${this.active}`);
    if (shown) {
      this.element.setAttribute('aria-activedescendant', shown.id);
    } else {
      this.element.removeAttribute('aria-activedescendant');
    }
  }

  choose(index) {
    if (index < 0 || index >= this.rows.length) return;
    this.active = index;
    this.draw();
    this.onChoose?.(this.rows[index]);
  }

  // Shows the row that was chosen elsewhere.
  reveal() {
    this.active = this.rows.findIndex(this.isChosen);
    if (this.active >= 0) this.virtualizer.scrollToIndex(this.active, {align: 'auto'});
    this.draw();
  }

  onKey(event) {
    if (event.target !== this.element) return;
    const page = Math.max(Math.floor(this.element.clientHeight / this.rowHeight) - 2, 1);
    const last = this.rows.length - 1;
    const keys = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: last,
    };
    if (keys[event.key] === undefined || last < 0) return;
    event.preventDefault();
    const index = Math.min(Math.max(keys[event.key], 0), last);
    this.virtualizer.scrollToIndex(index, {align: 'auto'});
    this.choose(index);
  }

  print(printing) {
    this.printing = printing;
    this.draw();
  }
}

function compare(a, b) {
  return typeof a === 'string' ? a.localeCompare(b) : a - b;
}
