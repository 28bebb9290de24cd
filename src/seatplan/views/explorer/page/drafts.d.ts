// Drafts: what they stand on, what they come to, and the drawing board; for the checks of scripts.

/** From year on, value; the value -1: none. */
type Entry = [number, number];
type Rows = (string | number)[][];

/** A phrase and what fills it: why a step cannot be. */
interface Fault {
  key: string;
  values: Values;
}

interface Place {
  id: string;
  name: string;
  /** Millimetres: ties fall by these. */
  east: number;
  north: number;
  isPrivate: boolean;
  /** Whether the plan knows it. */
  present: boolean;
  /** 0: before the base year. */
  opened: number;
  /** 0: never. */
  closes: number;
  /** Position of the site that a draft builds it on, -1 for none. */
  site: number;
  /** Longitude and latitude that a draft builds it at. */
  at: Point | null;
}

interface Site {
  id: string;
  name: string;
  stages: string[];
  most: number;
  earliest: number;
  at: Point;
  east: number;
  north: number;
}

/** What drafts on one scenario stand on; it never changes. */
interface Ground {
  years: number[];
  base: number;
  stages: Stage[];
  blocks: number;
  perClass: number[][];
  blockAt: Map<string, number>;
  current: boolean;
  places: Place[];
  sites: Site[];
  zones: Entry[][][];
  rooms: Map<number, Entry[]>[];
  heirs: Map<number, Heir>;
  lots: Map<string, number>[];
  /** Schools that share a block, the first first; a share of -1: by the seats. */
  shares: Share[];
  named: { year: number; ids: Set<string> }[];
  steps: Step[];
  kinds: Set<string>;
  zoned: Set<number>;
  /** Counts of the plan without a draft, by stage. */
  counts?: Map<number, Count>;
  living(stage: number): Column;
  entering(stage: number): Column | null;
  lived(stage: number): Share[];
  totals(stage: number): number[];
  isExact(stage: number): boolean;
  guess(block: number, place: Place, at: number): number;
  toMillimetres(point: Point): { east: number; north: number };
  /** Micrometres; Infinity: no way; -1: others are nearer. */
  walk(block: number, place: Place, at: number): number;
}

interface Heir {
  into: number;
  year: number;
}

/** Pupils of a block that go to a private school, or to one of those that share it. */
interface Share {
  stage: number;
  block: number;
  place: number;
  share: number;
}

interface Plan {
  ground: Ground;
  places: Place[];
  /** Stage, block: school whose catchment it lies in. */
  zones: Entry[][][];
  /** Stage, school: classrooms. */
  rooms: Map<number, Entry[]>[];
  heirs: Map<number, Heir>;
  /** Schools whose walks are guessed from straight lines. */
  loose: Set<number>;
}

interface Drafting {
  // drafting.js
  inForce(entries: Entry[] | undefined, year: number): Entry | null;
  enter(entries: Entry[] | undefined, year: number, value: number): Entry[];
  find(plan: Plan, id: string): number;
  followHeirs(plan: { heirs: Map<number, Heir> }, school: number, year: number): number;
  isOpen(place: Place, year: number): boolean;
  countRooms(plan: Plan, at: number, year: number): Map<number, number>;
  stageAt(plan: Plan, stage: string): number;
  listByStage(step: Step): Record<string, string[]>;

  // steps.js
  /** Steps with a fault are passed over. */
  follow(ground: Ground, steps: Step[]): { plan: Plan; faults: (Fault & { at: number })[] };
}

type Spot = { east: number; north: number };

interface Refusals {
  /** Millimetres: nearer points are one place. */
  ONE_PLACE: number;
  fault(key: string, values: Values): Fault;
  apart(a: Spot, b: Spot): number;
  checkYear(plan: Plan, step: Step): Fault | null;
  checkOpen(plan: Plan, id: string, year: number): Fault | null;
  checkTaught(plan: Plan, id: string, stage: string, year: number): Fault | null;
  checkZoned(plan: Plan, stage: string): Fault | null;
  checkBlocks(plan: Plan, blocks: string[]): Fault | null;
  checkNamed(plan: Plan, id: string, year: number): Fault | null;
  checkClosing(plan: Plan, id: string, year: number): Fault | null;
  checkRooms(plan: Plan, at: number, stages: number[]): Fault | null;
  checkWhole(numbers: unknown[], least: number | null): Fault | null;
  checkRoomOnSite(plan: Plan, at: number, year: number): Fault | null;
  checkSite(site: Site | undefined, step: Step): Fault | null;
}

/** A stage as the rules see it. */
interface Survey {
  plan: Plan;
  ground: Ground;
  stage: number;
  years: number;
  blocks: number;
  places: number;
  taught: number[];
  /** West to east. */
  order: number[];
  open: number[];
  isTaught: Uint8Array;
  rooms: Int32Array;
  /** Seats, not rounded. */
  offered: Float64Array;
  seats: Int32Array;
  living: Column;
  /** Lottery zone of each school, -1 for none; year x place. */
  lots: Int32Array;
  /** Schools that share a block, by block; none where each has one school. */
  sharing: Map<number, Share[]>;
  /** Whether these still share it; year x block. */
  shared: Uint8Array;
  /** Blocks for which the page holds no walk to any open school. */
  guessed: number;
  way(block: number, at: number): number;
}

/** Of one stage; year x block or year x place. */
interface Count extends Survey {
  /** School of each block, -1 for none. */
  zone: Int32Array;
  /** Pupils of each catchment, not rounded. */
  lived: Float64Array;
  residents: Int32Array;
  entrants: Float64Array;
  /** Whether `evaluate` counts the same. */
  exact: boolean;
}

interface Draft {
  name: string;
  /** The scenario it is drawn on. */
  base: number;
  steps: Step[];
  locked: string[];
  past: { steps: Step[]; locked: string[] }[];
  future: { steps: Step[]; locked: string[] }[];
}

interface DraftTexts {
  title: Pair;
  notes: string[];
  source: string;
}

interface ScenarioFile {
  clean(name: string): string;
  write(
    draft: { name: string; steps: Step[]; locked: string[] },
    before: Step[],
    told: DraftTexts,
  ): string;
  read(
    text: string,
    plans: Step[][],
    fields: Record<string, string[]>,
  ):
    | { name: string; base: number; steps: Step[]; locked: string[]; fault?: undefined }
    | { fault: string; values: Values };
}

interface Work {
  draft: Draft;
  steps: Step[];
  counts: Map<number, Count>;
  pictures: Map<string, Picture>;
  plan: Plan;
  faults: (Fault & { at: number })[];
}

interface Offer {
  school: number;
  free: number;
  walk: number;
}

interface DraftFigures {
  shortage: number;
  short: number;
  supply: number;
  demand: number;
  moved: number;
  blocks: number;
  walk: number;
  beyond: number;
  longest: number;
}

interface Board {
  drafts: Draft[];
  at: number;
  blocks: Set<number>;
  school: number;
  site: number;
  point: Point | null;
  tool: string;
  year: number;
  told: string | null;
  ui: BoardParts;

  // board.js
  offered(): boolean;
  draft(): Draft;
  ground(base: number): Ground;
  workOf(draft: Draft): Work;
  work(): Work;
  count(stage: number): Count;
  countOf(work: Work, stage: number): Count;
  before(base: number, stage: number): Count;
  picture(stage: number, year: number): Picture;
  open(): void;
  firstYear(): number;
  giveFromCard(block: number, school: number): void;
  add(base: number, steps?: Step[], name?: string | null, locked?: string[]): void;
  choose(at: number): void;
  remove(): void;
  clear(): void;
  isPicking(): boolean;
  change(changes: { steps?: Step[]; locked?: string[] }): void;
  undo(): void;
  redo(): void;
  step(step: Step): void;
  give(school: number): void;
  build(given: { name: string; classrooms: number }): void;
  isLocked(block: number): boolean;
  lock(): void;
  drop(at: number): void;
  press(event: KeyboardEvent): boolean;

  // board_files.js
  write(): string;
  report(): void;
  tellCommand(): string;
  tellRezone(): string;
  fileName(): string;
  save(): void;
  load(text: string): void;
  canFollow(base: number, steps: Step[]): boolean;
  writeLink(link: URLSearchParams): void;
  readLink(link: URLSearchParams): boolean;
  refuseLink(base: number): void;

  // board_figures.js
  figures(
    count: Count,
    before: Count | null,
    base: number,
    stage: number,
    year: number,
  ): DraftFigures;
  walk(count: Count, block: number, school: number): number;
  shortages(count: Count): number[];
  flows(count: Count, before: Count, base: number, stage: number, year: number): Flow[];
  worse(
    count: Count,
    before: Count,
  ): { school: number; first: number; year: number; now: number; was: number }[];
  tooLarge(stage: number, year: number): { school: number; pupils: number; most: number }[];
  farther(
    count: Count,
    before: Count,
    base: number,
    stage: number,
    year: number,
  ): { blocks: number; pupils: number; longest: number; limit: number };

  // board_map.js, board_pick.js
  freeSites(plan: Plan, stage: number): number[];
  click(found: Found | null, event: L.LeafletMouseEvent): void;
  pickSite(site: number): void;
  pickSchool(school: number): void;
  pickBlocks(blocks: number[], away: boolean): void;
  pickWhole(column: string, ...blocks: number[]): void;
  startDrags(map: L.Map, hit: (point: { x: number; y: number }) => Found | null): void;
  drawPick(): HTMLElement;
  listOffers(blocks: number[], count: Count, year: number): Offer[];
  sayOffer(offer: Offer): string;
}

/** Parts of the panel that its scripts share. */
interface BoardParts {
  about(): string;
  button(
    id: string,
    text: string,
    onclick: (event: MouseEvent) => unknown,
    more?: Attributes,
  ): HTMLButtonElement;
  labelled(key: string, input: HTMLElement, values?: Values): HTMLLabelElement;
  nameOf(school: number): string;
  part(key: string, values?: Values): HTMLHeadingElement;
  stageCount(): Count;
  yearField(): HTMLLabelElement;
  newSchool(): Child[];
  pickedSchool(): Child[];
  siteList(): Child[];
  outlook(): (Node | string)[];
  comparison(): (Node | string)[];
  exportPart(): HTMLElement;
}
