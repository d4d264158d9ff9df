// All stacks as one tree of functions, outermost first: what flame graphs are made of.
//
// The data has a tree of frames (a function at a line); here calls from several lines of a function are one node. Node
// 0 is the root and no function; a parent stands before its children, so that one pass from the end adds up what is
// beneath.

export class Tree {
  constructor(tables) {
    const functionOfFrame = tables.frames.function;
    const {parent, frame} = tables.nodes;
    const functions = tables.functions.name.length;
    this.parent = [-1];
    this.function = [-1];
    this.depth = [0];
    this.children = [[]];
    this.nodeOf = new Uint32Array(parent.length); // of a node of the data
    const known = new Map();
    for (let i = 0; i < parent.length; ++i) {
      const above = parent[i] < 0 ? 0 : this.nodeOf[parent[i]];
      const called = functionOfFrame[frame[i]];
      const key = above * functions + called;
      let node = known.get(key);
      if (node === undefined) {
        node = this.parent.length;
        known.set(key, node);
        this.parent.push(above);
        this.function.push(called);
        this.depth.push(this.depth[above] + 1);
        this.children.push([]);
        this.children[above].push(node);
      }
      this.nodeOf[i] = node;
    }
    this.size = this.parent.length;
  }

  // What each node has by itself, of sites that `wanted` takes.
  own(sites, column, wanted) {
    const values = new Float64Array(this.size);
    const {node, operation} = sites;
    const amounts = sites[column];
    for (let i = 0; i < node.length; ++i) {
      if (wanted(operation[i])) values[this.nodeOf[node[i]]] += amounts[i];
    }
    return values;
  }

  // The same with all that is beneath; `own` stays as it is.
  totals(own) {
    const values = Float64Array.from(own);
    for (let i = this.size - 1; i > 0; --i) values[this.parent[i]] += values[i];
    return values;
  }

  // For each node, whether it or a caller of it is one of the functions marked.
  below(marked) {
    const inside = new Uint8Array(this.size);
    for (let i = 1; i < this.size; ++i) inside[i] = inside[this.parent[i]] | marked[this.function[i]];
    return inside;
  }
}
