// Searching: what a reader types, against names of functions, files, causes and operations. Upper and lower case are
// one.

function foldedTexts(model) {
  model.foldedTexts ??= model.tables.texts.map((text) => text.toLowerCase());
  return model.foldedTexts;
}

// For each function, 1 if its name has the text in it.
export function matchingFunctions(model, query) {
  const texts = foldedTexts(model);
  const wanted = query.toLowerCase();
  const {name, whole} = model.tables.functions;
  return Uint8Array.from(name, (text, index) =>
    texts[text].includes(wanted) || texts[whole[index]].includes(wanted) ? 1 : 0,
  );
}

// Rows with the text in their file, cause, pattern or operation, or with a function of that name in their stack.
export function matchingRows(model, rows, query) {
  if (!query) return rows;
  const wanted = query.toLowerCase();
  const inStack = model.tree.below(matchingFunctions(model, query));
  const has = (text) => text.toLowerCase().includes(wanted);
  return rows.filter(
    (row) =>
      inStack[row.place] ||
      has(row.position) ||
      has(row.name) ||
      has(row.cause) ||
      has(row.pattern) ||
      has(model.scopeName(row.operation)),
  );
}
