// Valgrind's dh_view.js in a page that is just enough for it: node dh_view.js SCRIPT FILE... loads each file as a person
// would, and prints what the viewer says of the whole, a JSON document a line.
const fs = require('fs'), vm = require('vm');

class Element {
  constructor(tag) { Object.assign(this, {tag, childNodes: [], own: '', style: {}, className: '', classList: new Set()}); }
  appendChild(child) { this.childNodes.push(child); child.parentNode = this; return child; }
  get firstChild() { return this.childNodes[0]; }
  get selectedIndex() { return 0; }
  cloneNode() { return new Element(this.tag); }
  replaceChild(fresh, old) { this.childNodes[this.childNodes.indexOf(old)] = fresh; fresh.parentNode = this; }
  set textContent(text) { this.childNodes = []; this.own = text; }
  get textContent() { return this.own + this.childNodes.map(child => child.textContent).join(''); }
  set innerHTML(text) { this.textContent = text; }
  removeChild(child) { this.childNodes.splice(this.childNodes.indexOf(child), 1); }
}

function show(script, file) {
  const page = {
    document: {body: new Element('body'), location: {search: ''}, createElement: tag => new Element(tag),
               createTextNode: text => Object.assign(new Element('#text'), {own: text})},
    FileReader: class { readAsText(one) { this.onload({target: {result: fs.readFileSync(one.name, 'utf8')}}); } },
    performance, URLSearchParams, console, Intl, NaN,
  };
  vm.createContext(page);
  vm.runInContext(fs.readFileSync(script, 'utf8'), page);
  vm.runInContext('onLoad()', page);
  page.__file = {name: file};
  vm.runInContext('gInput.files = [__file]; gInput.onchange();', page);
  return vm.runInContext('JSON.stringify({text: document.body.textContent, tb: gRoot._totalBytes, ' +
      'tbk: gRoot._totalBlocks, gb: gRoot._atTGmaxBytes, gbk: gRoot._atTGmaxBlocks, eb: gRoot._atTEndBytes, ' +
      'ebk: gRoot._atTEndBlocks})', page);
}

const [script, ...files] = process.argv.slice(2);
for (const file of files) console.log(show(script, file));
