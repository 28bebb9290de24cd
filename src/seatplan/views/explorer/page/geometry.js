// Borders, blocks and roads in one flat plane: Web Mercator from the grid's corner, y downwards.
(function (sp) {
  "use strict";

  const RADIAN = Math.PI / 180;
  /** @param {number} latitude */
  const mercator = (latitude) => Math.log(Math.tan(Math.PI / 4 + (latitude * RADIAN) / 2)) / RADIAN;

  sp.buildGeometry = function (payload, columns) {
    const [west, south] = payload.grid.corner;
    const step = payload.grid.step;
    const base = mercator(south);
    /** @param {number} y */
    const flatY = (y) => -(mercator(south + y * step) - base) / step;
    const metre = 1 / (111320 * Math.cos((south + 0.2) * RADIAN) * step); // plane units in a metre
    const geometry = /** @type {Geometry} */ ({ west, south, step, metre });

    geometry.toLatLng = (x, y) => [latitudeOf(base - y * step), west + x * step];
    geometry.toPlane = (longitude, latitude) =>
      [(longitude - west) / step, flatY((latitude - south) / step)];
    geometry.isInside = isInside;
    geometry.arcs = readLines(columns, "arc", flatY);
    geometry.left = columns.arc_left;
    geometry.right = columns.arc_right;
    geometry.blocks = chainRings(geometry, payload.blocks.length);
    geometry.blockPoints = readPoints(columns, "block", flatY);
    geometry.schoolPoints = readPoints(columns, "school", flatY);
    geometry.campuses = readCampuses(columns, flatY);
    geometry.bounds = boundsOf([...geometry.arcs, ...listAbout(geometry.arcs, geometry.schoolPoints)]);
    geometry.thin = pathOf(geometry.arcs);
    geometry.townships = bordersBetween(geometry, (block) => columns.block_township[block]);
    geometry.names = placeNames(payload, columns, geometry);
    geometry.core = findCore(columns, geometry);
    geometry.roads = readLines(columns, "road", flatY);
    geometry.roadClass = columns.road_class;
    geometry.water = readLines(columns, "water", flatY);
    geometry.bordersBetween = (group) => bordersBetween(geometry, group);
    geometry.blockAt = (x, y) => blockAt(geometry, x, y);
    geometry.around = (boxes) => boxes.reduce((a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]),
                                                         Math.max(a[2], b[2]), Math.max(a[3], b[3])]);
    return geometry;
  };

  /** @param {number} degrees */
  const latitudeOf = (degrees) =>
    (2 * Math.atan(Math.exp(degrees * RADIAN)) - Math.PI / 2) / RADIAN;

  /** @param {Columns} columns @param {string} name @param {(y: number) => number} flatY */
  function readPoints(columns, name, flatY) {
    return Array.from(columns[name + "_x"], (x, at) =>
      /** @type {Point} */ ([x, flatY(columns[name + "_y"][at])]));
  }

  /** The further sites of a school that teach a stage there.
   *  @param {Columns} columns @param {(y: number) => number} flatY */
  function readCampuses(columns, flatY) {
    if (!columns.campus_x) return () => [];
    const points = readPoints(columns, "campus", flatY);
    return (/** @type {number} */ school, /** @type {number} */ stage) => points.filter(
      (_, at) => columns.campus_school[at] === school && columns.campus_stage[at] === stage);
  }

  /** @param {Columns} columns @param {string} name @param {(y: number) => number} flatY */
  function readLines(columns, name, flatY) {
    const lines = /** @type {Float64Array[]} */ ([]);
    let at = 0;
    columns[name + "_size"].forEach((size, number) => {
      let x = columns[name + "_first"][2 * number];
      let y = columns[name + "_first"][2 * number + 1];
      const line = new Float64Array(2 * size);
      for (let point = 0; point < size; point++, at++) {
        x += columns[name + "_steps"][2 * at];
        y += columns[name + "_steps"][2 * at + 1];
        line[2 * point] = x;
        line[2 * point + 1] = flatY(y);
      }
      lines.push(line);
    });
    return lines;
  }

  /** Join each block's borders into closed rings.
   *  @param {Geometry} geometry @param {number} count */
  function chainRings(geometry, count) {
    const pieces = Array.from({ length: count }, () => /** @type {Line[]} */ ([]));
    geometry.arcs.forEach((line, arc) => {
      if (geometry.left[arc] >= 0) pieces[geometry.left[arc]].push(line);
      if (geometry.right[arc] >= 0) pieces[geometry.right[arc]].push(reversed(line));
    });
    return pieces.map((lines) => {
      const rings = joinLines(lines);
      const path = new sp.Path();
      rings.forEach((ring) => trace(path, ring, true));
      return { rings, path, box: boundsOf(rings) };
    });
  }

  /** @param {Line} line */
  function reversed(line) {
    const back = new Float64Array(line.length);
    for (let at = 0; at < line.length; at += 2) {
      back[at] = line[line.length - 2 - at];
      back[at + 1] = line[line.length - 1 - at];
    }
    return back;
  }

  /** @param {Line[]} lines */
  function joinLines(lines) {
    /** @param {Line} line @param {number} at */
    const key = (line, at) => line[at] + " " + line[at + 1];
    const open = new Map();
    for (const line of lines) {
      const start = key(line, 0);
      if (!open.has(start)) open.set(start, []);
      open.get(start).push(line);
    }
    const rings = [];
    for (const line of lines) {
      const ring = [];
      let next = line;
      while (next && take(open, key(next, 0), next)) {
        for (let at = 0; at < next.length - 2; at++) ring.push(next[at]);
        next = (open.get(key(next, next.length - 2)) || [])[0];
      }
      if (ring.length) rings.push(ring);
    }
    return rings;
  }

  /** @param {Map<string, Line[]>} open @param {string} key @param {Line} line */
  function take(open, key, line) {
    const waiting = open.get(key) || [];
    const at = waiting.indexOf(line);
    if (at >= 0) waiting.splice(at, 1);
    return at >= 0;
  }

  /** @param {Traced} path @param {Line} line @param {boolean} closed */
  function trace(path, line, closed) {
    path.moveTo(line[0], line[1]);
    for (let at = 2; at < line.length; at += 2) path.lineTo(line[at], line[at + 1]);
    if (closed) path.closePath();
  }

  /** @param {Line[]} lines */
  function pathOf(lines) {
    const path = new sp.Path();
    lines.forEach((line) => trace(path, line, false));
    return path;
  }

  /** The borders between blocks of different groups, as one path; the outline among them.
   *  @param {Geometry} geometry @param {(block: number) => number} group */
  function bordersBetween(geometry, group) {
    const path = new sp.Path();
    /** @param {number} block */
    const of = (block) => (block < 0 ? -2 : group(block));
    geometry.arcs.forEach((line, arc) => {
      if (of(geometry.left[arc]) !== of(geometry.right[arc])) trace(path, line, false);
    });
    return path;
  }

  /** @param {Line[]} lines */
  function boundsOf(lines) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const line of lines) {
      for (let at = 0; at < line.length; at += 2) {
        box[0] = Math.min(box[0], line[at]);
        box[1] = Math.min(box[1], line[at + 1]);
        box[2] = Math.max(box[2], line[at]);
        box[3] = Math.max(box[3], line[at + 1]);
      }
    }
    return box;
  }

  /** The schools that stand on the district or about it, no farther off than half of its width.
   *  @param {Line[]} lines @param {Point[]} schools */
  function listAbout(lines, schools) {
    const [left, top, right, bottom] = boundsOf(lines);
    const far = Math.max(right - left, bottom - top) / 2;
    return schools.filter(([x, y]) => x > left - far && x < right + far && y > top - far && y < bottom + far);
  }

  /** @param {Box} box */
  const areaOf = (box) => Math.max(1, (box[2] - box[0]) * (box[3] - box[1]));

  /** Where each township's name stands: in the block nearest to the middle of its area.
   *  @param {Payload} payload @param {Columns} columns @param {Geometry} geometry */
  function placeNames(payload, columns, geometry) {
    return payload.townships.map((zone, township) => {
      const own = /** @type {number[]} */ ([]);
      columns.block_township.forEach((of, block) => of === township && own.push(block));
      let sum = 0;
      /** @type {Point} */
      const middle = [0, 0];
      for (const block of own) {
        const weight = areaOf(geometry.blocks[block].box);
        sum += weight;
        middle[0] += weight * geometry.blockPoints[block][0];
        middle[1] += weight * geometry.blockPoints[block][1];
      }
      middle[0] /= sum;
      middle[1] /= sum;
      const inside = columns.block_township[blockAt(geometry, middle[0], middle[1])] === township;
      /** @param {number} block */
      const far = (block) => Math.hypot(geometry.blockPoints[block][0] - middle[0],
                                        geometry.blockPoints[block][1] - middle[1]);
      const nearest = own.reduce((a, b) => (far(b) < far(a) ? b : a), own[0]);
      return { zone, at: inside ? middle : geometry.blockPoints[nearest], area: sum };
    });
  }

  /** The box around most urban blocks; null where there are none.
   *  @param {Columns} columns @param {Geometry} geometry */
  function findCore(columns, geometry) {
    const urban = geometry.blockPoints.filter((_, block) => columns.block_urban[block]);
    if (urban.length < 4 || urban.length === geometry.blockPoints.length) return null;
    /** @param {number[]} values @param {number} share */
    const part = (values, share) =>
      values.sort((a, b) => a - b)[Math.round(share * (values.length - 1))];
    const xs = urban.map((point) => point[0]);
    const ys = urban.map((point) => point[1]);
    const box = [part(xs, 0.04), part(ys, 0.04), part(xs, 0.96), part(ys, 0.96)];
    const room = 0.06 * Math.max(box[2] - box[0], box[3] - box[1]);
    return [box[0] - room, box[1] - room, box[2] + room, box[3] + room];
  }

  /** @param {Geometry} geometry @param {number} x @param {number} y */
  function blockAt(geometry, x, y) {
    return geometry.blocks.findIndex(({ box, rings }) =>
      x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] && isInside(rings, x, y));
  }

  /** @param {Line[]} rings @param {number} x @param {number} y */
  function isInside(rings, x, y) {
    let inside = false;
    for (const ring of rings) {
      for (let a = ring.length - 2, b = 0; b < ring.length; a = b, b += 2) {
        if (ring[b + 1] > y !== ring[a + 1] > y &&
            x < ((ring[a] - ring[b]) * (y - ring[b + 1])) / (ring[a + 1] - ring[b + 1]) + ring[b])
          inside = !inside;
      }
    }
    return inside;
  }
})(globalThis.seatplan);
