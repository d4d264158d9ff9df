// What a flame graph draws: the tree of stacks with what its nodes have, from the outermost functions to those that they
// called, or from the innermost ones, which allocate, to those that called them.
//
// Both have the same form. Node 0 is the root; a node has a parent and a function, and each of its values is what stacks
// through it have. `own` says what each node of the tree has by itself: Float64Arrays by name, all of equal length.

class Graph {
  // Nodes from the root's child down to `node`.
  path(node) {
    const nodes = [];
    for (let at = node; at > 0; at = this.parent[at]) nodes.push(at);
    return nodes.reverse();
  }

  // The node that these functions lead to, from the root's child on; the last one of them that is there.
  walk(functions) {
    let node = 0;
    for (const called of functions) {
      const next = this.childrenOf(node).find((child) => this.function[child] === called);
      if (next === undefined) break;
      node = next;
    }
    return node;
  }
}

export class FromOutermost extends Graph {
  constructor(tree, own) {
    super();
    this.tree = tree;
    this.parent = tree.parent;
    this.function = tree.function;
    this.own = own.now;
    this.values = Object.fromEntries(Object.entries(own).map(([name, values]) => [name, tree.totals(values)]));
  }

  childrenOf(node) {
    return this.tree.children[node];
  }

  ownOf(node) {
    return this.own[node];
  }

  // The node of a node of the tree.
  find(place) {
    return place;
  }
}

// There are as many nodes as there are frames in all stacks, which may be many millions: a node gets its children when
// they are asked for. Until then it has its parts: the nodes of the tree that it stands for, each with what the stacks
// have that go through it and begin as this node's path does.
export class FromInnermost extends Graph {
  constructor(tree, own) {
    super();
    this.tree = tree;
    this.names = Object.keys(own);
    this.parent = [-1];
    this.function = [-1];
    this.children = [[]];
    this.parts = [null];
    this.values = Object.fromEntries(this.names.map((name) => [name, [own[name].reduce((a, b) => a + b, 0)]]));
    const first = new Map();
    for (let place = 1; place < tree.size; ++place) {
      const amounts = this.names.map((name) => own[name][place]);
      if (amounts.some((amount) => amount > 0)) this.add(0, first, place, amounts);
    }
  }

  // `known`: children of `parent` by function.
  add(parent, known, place, amounts) {
    const called = this.tree.function[place];
    let node = known.get(called);
    if (node === undefined) {
      node = this.parent.length;
      known.set(called, node);
      this.parent.push(parent);
      this.function.push(called);
      this.children.push(null);
      this.parts.push(new Map());
      for (const name of this.names) this.values[name].push(0);
      this.children[parent].push(node);
    }
    const part = this.parts[node].get(place);
    amounts.forEach((amount, index) => {
      this.values[this.names[index]][node] += amount;
      if (part) part[index] += amount;
    });
    if (!part) this.parts[node].set(place, [...amounts]);
  }

  childrenOf(node) {
    if (this.children[node] === null) {
      this.children[node] = [];
      const known = new Map();
      for (const [place, amounts] of this.parts[node]) {
        const caller = this.tree.parent[place];
        if (caller > 0) this.add(node, known, caller, amounts);
      }
      this.parts[node] = null;
    }
    return this.children[node];
  }

  ownOf() {
    return 0;
  }

  find(place) {
    const functions = [];
    for (let at = place; at > 0; at = this.tree.parent[at]) functions.push(this.tree.function[at]);
    return this.walk(functions);
  }
}
