// Walking rings: how far along the roads each road lies from a school.
(function (sp) {
  "use strict";

  /** @typedef {{ from: number, to: number, length: number }} Edge  metres
   *  @typedef {{ edges: Edge[], around: number[][] }} Graph */

  /** The road graph: roads as edges between the points where they meet.
   *  @param {Geometry} geometry */
  function buildGraph(geometry) {
    const nodes = new Map();
    /** @param {Line} line @param {number} at */
    const node = (line, at) => {
      const key = line[at] + " " + line[at + 1];
      if (!nodes.has(key)) nodes.set(key, nodes.size);
      return nodes.get(key);
    };
    const edges = geometry.roads.map((line) => {
      let length = 0;
      for (let at = 2; at < line.length; at += 2)
        length += Math.hypot(line[at] - line[at - 2], line[at + 1] - line[at - 1]);
      return { from: node(line, 0), to: node(line, line.length - 2),
               length: length / geometry.metre };
    });
    const around = Array.from({ length: nodes.size }, () => /** @type {number[]} */ ([]));
    edges.forEach((edge, at) => {
      around[edge.from].push(at);
      around[edge.to].push(at);
    });
    return { edges, around };
  }

  /** Metres to every node from the nearest of `points`, straight to the nearest road first.
   *  @param {Geometry} geometry @param {Graph} graph @param {Point[]} points */
  function measure(geometry, graph, points) {
    const metres = new Float64Array(graph.around.length).fill(Infinity);
    const heap = /** @type {[number, number][]} */ ([]);
    /** @param {number} node @param {number} value */
    const offer = (node, value) => {
      if (value < metres[node]) {
        metres[node] = value;
        push(heap, [value, node]);
      }
    };
    for (const point of points) {
      const snap = snapTo(geometry, point);
      if (snap) {
        offer(graph.edges[snap.edge].from, snap.aside + snap.along);
        offer(graph.edges[snap.edge].to, snap.aside + graph.edges[snap.edge].length - snap.along);
      }
    }
    for (let next = pop(heap); next; next = pop(heap)) {
      const [value, node] = next;
      if (value > metres[node]) continue;
      for (const at of graph.around[node]) {
        const edge = graph.edges[at];
        offer(edge.from === node ? edge.to : edge.from, value + edge.length);
      }
    }
    return metres;
  }

  /** The nearest place on a road: its edge, metres along it and aside of it.
   *  @param {Geometry} geometry @param {Point} point */
  function snapTo(geometry, point) {
    /** @type {{ edge: number, aside: number, along: number } | null} */
    let best = null;
    for (const [edge, line] of geometry.roads.entries()) {
      let along = 0;
      for (let at = 2; at < line.length; at += 2) {
        const dx = line[at] - line[at - 2];
        const dy = line[at + 1] - line[at - 1];
        const length = Math.hypot(dx, dy);
        const px = point[0] - line[at - 2];
        const py = point[1] - line[at - 1];
        const share = length ? Math.max(0, Math.min(1, (px * dx + py * dy) / length ** 2)) : 0;
        const aside = Math.hypot(px - share * dx, py - share * dy) / geometry.metre;
        if (!best || aside < best.aside)
          best = { edge, aside, along: (along + share * length) / geometry.metre };
        along += length;
      }
    }
    return best;
  }

  /** @param {[number, number][]} heap @param {[number, number]} item */
  function push(heap, item) {
    let at = heap.push(item) - 1;
    while (at && heap[(at - 1) >> 1][0] > item[0]) {
      heap[at] = heap[(at - 1) >> 1];
      at = (at - 1) >> 1;
    }
    heap[at] = item;
  }

  /** @param {[number, number][]} heap */
  function pop(heap) {
    const top = heap[0];
    const item = heap.pop();
    if (!item || !heap.length) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1][0] < heap[child][0]) child += 1;
      if (heap[child][0] >= item[0]) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = item;
    return top;
  }

  /** @type {Graph | null} */
  let known = null;
  let last = { key: "", paths: /** @type {Traced[]} */ ([]) };

  /** One path for each band: roads within half of `walk` metres, `walk`, twice `walk`. */
  sp.walkingRings = function (geometry, points, walk, key) {
    if (last.key === key) return last.paths;
    const graph = (known = known || buildGraph(geometry));
    const metres = measure(geometry, graph, points);
    const bounds = [walk / 2, walk, 2 * walk];
    const paths = bounds.map(() => new sp.Path());
    graph.edges.forEach((edge, at) => {
      const far = Math.max(metres[edge.from], metres[edge.to]);
      const near = Math.min(metres[edge.from], metres[edge.to]);
      const band = bounds.findIndex((bound) => (far + near) / 2 <= bound);
      if (band < 0) return;
      const line = geometry.roads[at];
      paths[band].moveTo(line[0], line[1]);
      for (let point = 2; point < line.length; point += 2)
        paths[band].lineTo(line[point], line[point + 1]);
    });
    last = { key, paths };
    return paths;
  };
})(globalThis.seatplan);
