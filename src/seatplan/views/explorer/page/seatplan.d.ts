// The namespace that the scripts of a page share, for their checks: who adds what, and its type.

interface School {
  id: string;
  name: string;
  nameEn: string;
  kind: string;
  setting: string;
  runBy: string;
  ownership: string;
  township: string;
  provenance: string;
}

/** A school on the map with its figures; flags only where a scenario is shown. */
interface Standing {
  school: number;
  /** Row of the table of schools, -1 in a draft. */
  row: number;
  seats: number;
  pupils: number;
  residents: number;
  balance: number;
  /** Class of the balance, once the picture is made. */
  klass: number;
  crowded?: boolean;
  large?: boolean;
  fresh?: boolean;
}

/** What the map shows of a scenario or a draft in a stage and year. */
interface Picture {
  scenario: number;
  stage: number;
  year: number;
  standing: Standing[];
  counts: number[];
  short: Standing[];
  blockSchool: Int32Array;
  blockClass: Int8Array;
  byCatchments: boolean;
  shortage: number;
  /** Schools with the flag; a draft raises none. */
  crowded: number;
  large: number;
  /** Name of the draft. */
  draft?: string;
  /** Candidate sites on which the draft may build. */
  sites?: SiteSpot[];
  /** By theme, once it was shown. */
  coloured?: Colouring[];
  /** Borders between catchments, once they were drawn. */
  borders?: Traced;
}

/** How a picture is coloured under a theme. */
interface Colouring {
  theme: Theme;
  hatched: boolean;
  colours: string[];
  counts: number[];
  /** Blocks or schools without a class. */
  blank: number;
  blockClass: Int8Array;
  classOf(entry: Standing): number;
}

interface Flag {
  scenario: number;
  standard: Standard;
  school: number;
  stage: number;
  grade: number;
  year: number;
  value: number;
  limit: number;
  first: number;
  source: string;
}

interface Flow {
  from: number;
  to: number;
  pupils: number;
  blocks: number;
}

interface Total {
  seats: number;
  pupils: number;
  residents: number;
  unplaced: number;
  balance: number;
}

interface Model {
  payload: Payload;
  columns: Columns;
  years: number[];
  schools: School[];
  schoolAt: Map<string, number>;
  blocks: string[];
  schoolRows: { row: number; school: number }[][];
  rowBy: Int32Array[];
  flags: {
    rows: Flag[];
    of(scenario: number, stage: number, year: number): Map<number, Flag[]>;
  };
  cell(name: string, column: string, scenario: number, row: number, year: number): number;
  ofBlock(column: string, scenario: number, stage: number, block: number, year: number): number;
  gradeRow(school: number, grade: string): number;
  hasCatchments(stage: number): boolean;
  isNew(scenario: number, school: number, year: number): boolean;
  opened(scenario: number, school: number): number;
  closes(scenario: number, school: number): number;
  limits(scenario: number, stage: number, year: number): number[];
  walk(scenario: number, stage: number, year: number): number;
  sizes(scenario: number, stage: number, year: number): number[];
  total(scenario: number, stage: number, year: number): Total;
  standing(scenario: number, stage: number, year: number): Standing[];
  chance(scenario: number, row: number, year: number): number | null;
  band(read: (side: "low" | "high", year: number) => number, sure: number[]): Band | null;
  firstShort(scenario: number, stage: number, row: number): number;
  flows(from: number, to: number, stage: number, year: number): Flow[];
  classOf(balance: number): number;
  picture(scenario: number, stage: number, year: number): Picture;
}

/** A path that an SVG can draw too (paths.js). */
interface Traced extends Path2D {
  write(): string;
}

/** A line: x and y by turns. */
type Line = ArrayLike<number>;

interface BlockShape {
  rings: number[][];
  path: Traced;
  box: Box;
}

interface Geometry {
  west: number;
  south: number;
  step: number;
  /** Units of the plane in a metre. */
  metre: number;
  arcs: Float64Array[];
  left: Column;
  right: Column;
  blocks: BlockShape[];
  blockPoints: Point[];
  schoolPoints: Point[];
  campuses: (school: number, stage: number) => Point[];
  bounds: Box;
  thin: Traced;
  townships: Traced;
  names: { zone: Named; at: Point; area: number }[];
  core: Box | null;
  roads: Float64Array[];
  water: Float64Array[];
  roadClass: Column;
  toLatLng(x: number, y: number): [number, number];
  toPlane(longitude: number, latitude: number): Point;
  isInside(rings: Line[], x: number, y: number): boolean;
  bordersBetween(group: (block: number) => number): Traced;
  blockAt(x: number, y: number): number;
  /** The box around boxes. */
  around(boxes: Box[]): Box;
}

interface View {
  width: number;
  height: number;
  scale: number;
  dx: number;
  dy: number;
  /** What the inset shows in full, where symbols are small. */
  frame?: Box | null;
}

interface Layers extends Record<string, boolean> {
  catchments: boolean;
  lines: boolean;
  rings: boolean;
  roads: boolean;
  water: boolean;
  townships: boolean;
  names: boolean;
}

/** A village or township, by its place in the texts. */
interface Zone {
  column: "block_unit" | "block_township";
  at: number;
}

/** A place that was clicked or chosen: a school, or a block, -1 for none. */
interface Found {
  school: number;
  block: number;
  /** Where a village or township was chosen. */
  zone?: Zone;
  near?: boolean;
  /** Schools gathered under one number. */
  gathered?: number[];
}

/** Schools under one number; candidate sites are -1 - site. */
interface Gathered {
  at: Point;
  schools: number[];
}

/** A candidate site in the plane. */
interface SiteSpot {
  site: number;
  place: Point;
}

/** What of a picture stands on the map. */
type Symbols = Pick<Picture, "standing" | "sites"> & { byCatchments?: boolean };

/** Discs that stand apart: where, at which size, and which are gathered. */
interface Placed {
  spots: Point[];
  size: number;
  groups: number[][];
}

interface DrawOptions {
  layers: Layers;
  selected: Found | null;
  size?: number;
  frame?: Box | null;
  keep?: Box[];
  /** Whether it is the map itself, and not its inset or the sheet. */
  main?: boolean;
}

interface Pen {
  ctx: CanvasRenderingContext2D;
  view: View;
  picture: Picture;
  options: DrawOptions;
  colours: Palette;
  base: DOMMatrix;
  size: number;
  fills: Traced[];
  /** Draw in the plane from here on. */
  plane(): void;
  stroke(path: Traced, colour: string, width: number): void;
}

interface State {
  scenario: number;
  stage: number;
  year: number;
  theme: number;
  /** Share of the map left of the line between today and the scenario; null: none. */
  swipe: number | null;
  table: boolean;
  edit: boolean;
  view: string;
  selected: Found | null;
  /** The column by which the table of schools is sorted. */
  order: { key: string; down: boolean };
  /** Latitude, longitude and zoom where the reader has gone; null: the whole district. */
  place: number[] | null;
  layers: Layers;
  language?: "zh" | "en";
}

/** Between which figures nine futures of ten lie, for each year. */
interface Band {
  low: number[];
  high: number[];
}

/** A line of a chart, a number for each year. */
interface Series {
  band?: Band | null;
  values: number[];
  colour: string;
  width: number;
  name?: string;
  stepped?: boolean;
}

interface Figures extends Record<string, number> {
  demand: number;
  supply: number;
  short: number;
  crowded: number;
  large: number;
  unplaced: number;
  balance: number;
  shortage: number;
}

type Child = Node | string | null | undefined | Child[];
/** What is chosen or typed in a field. */
interface Chosen extends Event {
  target: EventTarget & { value: string; checked: boolean; files: FileList | null };
}
type AttributeValue = string | number | boolean | null | undefined;
interface Attributes {
  [name: string]: AttributeValue | ((event: never) => unknown);
  onclick?: (event: MouseEvent) => unknown;
  onchange?: (event: Chosen) => unknown;
  oninput?: (event: Chosen) => unknown;
  onfocus?: (event: FocusEvent & { target: HTMLElement }) => unknown;
  onkeydown?: (event: KeyboardEvent) => unknown;
  onpointerdown?: (event: PointerEvent) => unknown;
}
type Values = Record<string, unknown>;

/** Elements of page.html that are more than an element, and fields that scripts add. */
interface Fields {
  search: HTMLInputElement;
  theme: HTMLSelectElement;
  "scenario-list": HTMLSelectElement;
  "inset-canvas": HTMLCanvasElement;
  sources: HTMLDialogElement;
  "give-to": HTMLSelectElement;
  "merge-into": HTMLSelectElement;
  "site-list": HTMLSelectElement;
}

interface Seatplan {
  payload: Payload;
  model: Model;
  geometry: Geometry;
  state: State;
  language: "zh" | "en";
  ready?: boolean;
  map: L.Map;

  // unpack.js, words.js
  unpack(packed: Packed): Promise<Columns>;
  say(key: string, values?: Values): string;
  pick(pair: Pair): string;
  count(value: number, signed?: boolean): string;
  decimal(value: number): string;
  chance(share: number): string;
  percent(value: number): string;
  metres(value: number): string;
  sayWalk(value: number): string;
  element<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes?: Attributes,
    ...children: Child[]
  ): HTMLElementTagNameMap[K];
  shape<K extends keyof SVGElementTagNameMap>(
    tag: K,
    attributes?: Record<string, string | number>,
    ...children: (Node | string)[]
  ): SVGElementTagNameMap[K];
  name(text: string): HTMLElement;
  schoolName(school: number): string;
  contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D;
  nameOf(school: number): HTMLElement;
  schoolLink(school: number): HTMLElement;
  blockName(block: number): string;
  byId<K extends keyof Fields>(id: K): Fields[K];
  byId(id: string): HTMLElement;

  // model.js, drafting.js and those up to workbook.js: no page in them
  buildModel(payload: Payload, columns: Columns): Model;
  drafting: Drafting;
  refusals: Refusals;
  counting: { count(plan: Plan, stage: number): Count };
  sharing: {
    groupBlocks(entries: Share[]): Map<number, Share[]>;
    lotOf(of: Survey, year: number, at: number): number;
    shareBySeats(of: Survey, found: Count): void;
    shareByZone(of: Survey, found: Count): void;
  };
  readGround(payload: Payload, columns: Columns, scenario: number, model: Model): Ground;
  scenarioFile: ScenarioFile;
  workbook: {
    writeCsv(rows: Rows): string;
    writeXlsx(title: string, rows: Rows): Uint8Array<ArrayBuffer>;
    checksum(bytes: Uint8Array): number;
  };

  // themes.js
  theme(): number;
  colour(picture: Picture): Colouring;
  themeName(at: number): string;
  classRanges(picture: Picture): string[];
  classOrder(ranges: string[]): number[];
  sayTheme(picture: Picture, entry: Standing | undefined, block: number): string;
  drawThemes(): void;
  startThemes(): void;

  // paths.js, svg_pen.js
  Path: new () => Traced;
  writeNumbers(...values: number[]): string;
  writeArc(x: number, y: number, radius: number, from: number, to: number): string;
  /** What draws on a new SVG of so many CSS pixels. */
  openSvg(width: number, height: number): { svg: SVGElement; ctx: CanvasRenderingContext2D };

  // geometry.js, rings.js, symbols.js, draw.js, labels.js
  buildGeometry(payload: Payload, columns: Columns): Geometry;
  walkingRings(geometry: Geometry, points: Point[], walk: number, key: string): Traced[];
  HATCHED: number;
  FONT: string;
  hatch(
    ctx: CanvasRenderingContext2D,
    x: number,
    y: number,
    width: number,
    height: number,
    gap: number,
    colour: string,
  ): void;
  hatchClass(
    ctx: CanvasRenderingContext2D,
    klass: number,
    x: number,
    y: number,
    width: number,
    height: number,
    size: number,
  ): void;
  drawDisc(
    ctx: CanvasRenderingContext2D,
    at: Point,
    entry: Standing,
    size: number,
    colouring: Colouring,
  ): void;
  partDiscs(spots: Point[], radii: number[], most: number): Point[];
  placeDiscs(spots: Point[], radii: number[], unit: number): Placed;
  symbolSize(view: View, picture: Symbols, school: number, size: number): number;
  symbolAt(view: View, picture: Symbols, school: number, size: number): Point;
  standsOff(view: View, picture: Symbols, entry: Standing, size: number): boolean;
  listGathered(view: View, picture: Symbols, size: number): Gathered[];
  openGathered(schools: number[]): void;
  tipOfGathered(schools: number[]): HTMLElement[];
  tellGathered(views: [View, number][]): void;
  drawGathered(ctx: CanvasRenderingContext2D, at: Point, count: number, size: number): void;
  drawSymbol(
    ctx: CanvasRenderingContext2D,
    at: Point,
    flags: { crowded?: boolean; large?: boolean; fresh?: boolean },
    size: number,
  ): void;
  drawSite(ctx: CanvasRenderingContext2D, at: Point, size: number, chosen: boolean): void;
  drawLock(ctx: CanvasRenderingContext2D, at: Point, size: number): void;
  drawOutline(ctx: CanvasRenderingContext2D, at: Point, size: number, picked: boolean): void;
  fitView(box: Box, width: number, height: number, room: Box): View;
  drawPicture(
    ctx: CanvasRenderingContext2D,
    view: View,
    picture: Picture,
    options: DrawOptions,
  ): Box[];
  drawNames(pen: Pen): Box[];

  // charts.js, panel.js, card.js
  lineChart(
    series: Series[],
    options: { width: number; height: number; year: number; text: string },
  ): SVGElement;
  startTimeline(): void;
  drawTimeline(): void;
  sayBalance(year: number, balance: number): string;
  drawPanel(): void;
  townshipOf(school: number): string;
  scenarioName(at: number): string;
  stageName(at: number): string;
  figures(
    scenario: number,
    stage: number,
    year: number,
  ): { now: Figures; change: Figures | null };
  startSearch(): void;
  drawCard(): void;
  tipOf(found: Found): HTMLElement[];
  smallTable(caption: string, head: string[], rows: Child[], classes?: string): HTMLElement;
  /** The name of a township or village unit, in the reader's language where it has one. */
  callZone(zone: Named | undefined): string;
  zoneName(zone: Zone): string;
  /** The language of a name from the district's files, where it is not that of the page. */
  langOf(text: string): string | null;
  zoneCard(zone: Zone): HTMLElement[];

  // board.js and those after it
  board: Board;
  shown(stage: number, year: number): Picture;
  shownBefore(stage: number, year: number): Picture;
  shownName(): string;
  shownTotal(stage: number, year: number): Total;
  drawMoves(pen: Pen): void;
  drawMarks(pen: Pen): void;
  drawBoardPanel(): void;
  sayRefusal(fault: Fault): string;

  // legend.js, table.js, compare.js, sheet.js, school_points.js, map.js, main.js
  legendTitle(picture: Picture): string;
  balanceName(picture: Picture): string;
  legendRows(picture: Picture): {
    klass: number;
    colour: string;
    text: string;
    count: number;
    hatched: boolean;
  }[];
  drawLegend(): void;
  drawLegendWords(): void;
  symbolName(key: string): string;
  drawSchoolTable(): void;
  drawOverLimits(): void;
  drawClosures(): void;
  VIEWS: string[];
  drawTables(): void;
  startTableFiles(): void;
  drawSheet(ratio: number): HTMLCanvasElement;
  drawVectorSheet(): SVGElement;
  savePicture(): void;
  sayDensity(png: Uint8Array, density: number): Uint8Array<ArrayBuffer>;
  download(name: string, blob: Blob): void;
  startPrint(): void;
  syncSchoolButtons(): void;
  placeSchoolButtons(view: View, picture: Picture): void;
  focusSchool(at: number): void;
  startMap(): void;
  fitMap(): void;
  mapRoom(): { left: number; top: number; right: number; bottom: number };
  goTo(box: Box): void;
  goHome(): void;
  showPlace(): void;
  mapView(): View;
  toScreen(point: Point): [number, number];
  drawMap(): void;
  middleOfMap(): number;
  startSwipe(): void;
  isFitting(): boolean;
  insetBox(): Box | null;
  boxesOf(selector: string): number[][];
  insetView(width: number, height: number): View | null;
  viewBox(view: View): Box;
  showSwipe(): void;
  start(): Promise<void>;
  set(changes: Partial<State>): void;
  redraw(): void;
  writeLink(): void;
  select(found: Found | null): void;
  selectAndGo(found: Found): void;
  provenanceLine(): string;
  crsLine(): string;
}

declare var seatplan: Seatplan;
/** smol-toml, which the page holds. */
declare var smolToml: { parse(text: string): Record<string, any> };
