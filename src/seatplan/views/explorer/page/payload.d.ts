// What Python writes into a page (payload.py, ground.py, packing.py), for the checks of its scripts.

/** [Chinese, English] */
type Pair = string[];
/** [code, Chinese, English] */
type Named = string[];
/** West, south, east, north; or left, top, right, bottom. */
type Box = number[];
type Point = [number, number];
/** A column of numbers, unpacked. */
type Column = Int32Array | Float32Array | Float64Array;
type Columns = Record<string, Column>;

interface Packed {
  /** Name, bytes of a whole number or "f4", "f8", numbers, length of a row, of the first part. */
  columns: [string, 1 | 2 | 4 | "f4" | "f8", number, number, number][];
  /** The numbers, deflated, in base 64. */
  text: string;
}

interface Stage {
  code: string;
  name: Pair;
  intake: "catchment" | "nearest" | "seats";
  /** Scenario -> year -> metres, 0 without a limit. */
  walk: number[][];
  /** Scenario -> year -> most pupils of a school, for each kind that is held to another. */
  size: number[][][];
  grades: Named[];
}

interface Standard {
  code: string;
  indicator: string;
  name: Pair;
  side: string;
  checked: string;
  share: boolean;
}

interface Palette {
  breaks: number[];
  classes: string[];
  rings: string[];
  hatch: string;
  ground: string;
  panel: string;
  ink: string;
  muted: string;
  line: string;
  catchment: string;
  accent: string;
  shortage: string;
  focus: string;
  bar: string;
  none: string;
  water: string;
}

/** A step as in a scenario file. */
interface Step {
  kind: string;
  year: number;
  // Each kind has fields of its own; drafting.js checks what it reads of them.
  [field: string]: any;
}

/** What may colour the map. */
interface Theme {
  code: string;
  along: "block" | "school";
  name: Pair;
  /** Stage -> the bounds of its classes; none for the balance and for years. */
  breaks: number[][];
}

interface PlanTexts {
  /** Which of the page's homes: who lives where. */
  homes: number;
  steps: Step[];
  current: boolean;
  /** Stage -> year -> seats of a classroom. */
  perClass: number[][];
  /** School, heir, year. */
  heirs: [number, number, number][];
  /** Stage, school, year, lottery zone. */
  lots: [number, number, number, number][];
}

interface BoardTexts {
  zoned: string[];
  /** Stages with a school for some of the grades, or that teaches them at several sites: about right. */
  partial: string[];
  walked: number[];
  whole: boolean;
  detour: number;
  command: string;
  /** Stage, block, school, and the share of its pupils; -1: by the seats. */
  shares: [number, number, number, number][];
  /** Id, name, stages, most classrooms, first year, longitude, latitude. */
  sites: [string, string, string[], number, number, number, number][];
  /** Kind of a step that a draft may have -> what it takes. */
  fields: Record<string, string[]>;
  plans: PlanTexts[];
}

/** A group of grades of a school that closes, as `list_closures` lists it; schools by place. */
interface Closure {
  school: number;
  year: number;
  stage: string;
  from_grade: string;
  to_grade: string;
  into: number;
  pupils: number;
  /** School, pupils. */
  receiving: [number, number][];
  unplaced: number;
  walk_before_m: number | null;
  walk_after_m: number | null;
  longest_before_m: number | null;
  longest_after_m: number | null;
  beyond_before: number;
  beyond_after: number;
}

interface Payload {
  language: "zh" | "en";
  district: Pair;
  base: number;
  years: number[];
  words: Record<string, Pair>;
  palette: Palette;
  scenarios: Named[];
  stages: Stage[];
  gradeCodes: string[];
  kinds: Record<string, Pair>;
  standards: Standard[];
  townships: Named[];
  units: Named[];
  blocks: string[];
  /** The texts of a school; model.js names them. */
  schools: string[][];
  themes: { ramp: string[]; list: Theme[] };
  /** The name of the datum, the code of the projection. */
  crs: [string, string];
  provenance: string[][];
  labels: Record<string, number>;
  assumed: Pair;
  grid: { corner: number[]; step: number };
  rows: { schools: string[][]; grades: string[][]; places: string[][] };
  sources: string[];
  /** How many futures the chances are counted in; 0 without any. */
  futures: number;
  /** Scenario -> the sentence of its closures, and their columns. */
  closures: { told: Pair; columns: Record<string, any[]> }[];
  board: BoardTexts | null;
  start?: { scenario?: number; stage?: string; year?: number; swipe?: number };
  tables?: Packed;
  /** Whether the page stands in a notebook, which is told the draft. */
  reports?: boolean;
}
