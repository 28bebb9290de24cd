// What Python gives to the scripts of a map's layers, for their checks.

interface PanelOptions {
  position: L.ControlPosition;
  name: string;
  html: string;
}

interface BesideOptions {
  html: string;
  layers: L.GeoJSON[];
}

interface FrameOptions {
  title: string;
  bounds: [[number, number], [number, number]];
  words: Record<string, string>;
}

interface SwipeOptions {
  left: string[];
  right: string[];
  names: string[];
  label: string;
  /** The longitude on which the line begins. */
  middle: number;
}

/** A place of a layer with its properties: an area, or a symbol that draws itself anew. */
type PlacedLayer = L.Path & {
  feature: GeoJSON.Feature & { properties: Record<string, any> };
  draw?: (symbol: unknown) => void;
  getBounds?: () => L.LatLngBounds;
  getLatLng?: () => L.LatLng;
};

/** A map that may have a line, so many pixels from the left, between two outcomes. */
interface LinedMap extends L.Map {
  seatplanLine?: number;
}

/** A map whose symbols stand apart. */
interface ApartMap extends LinedMap {
  seatplanApart: () => {
    shifts: Map<string, Point>;
    boxes: LabelBox[];
    /** By key, how large a symbol is drawn; 0 under a number. */
    sizes: Map<string, number>;
  };
}

interface ApartOptions {
  /** What a number means, for the legend. */
  number: string;
  /** What it says of itself. */
  tip: string;
}

/** A school's symbol, or the disc below it. */
interface SymbolLayer extends L.Layer {
  feature?: GeoJSON.Feature & { properties: Record<string, any> };
  draw?: (symbol: unknown) => void;
  getElement(): HTMLElement | undefined;
  getRadius?: () => number;
  setRadius?: (radius: number) => void;
  /** The radius of a disc as given, and as drawn. */
  seatplanRadius?: [number, number];
  getLatLng(): L.LatLng;
  setLatLng(place: L.LatLng): void;
  options: L.LayerOptions & { pane: string; icon: { options: { iconSize: [number, number] } } };
  /** Where it belongs, once it has been moved. */
  seatplanPlace?: L.LatLng;
}

interface ShownSymbol {
  one: SymbolLayer;
  place: L.LatLng;
  disc: boolean;
  /** Half its width in pixels. */
  reach: number;
  key: string;
  pane: string;
}

interface YearsOptions {
  years: number[];
  layers: (L.GeoJSON & { options: { style: L.StyleFunction } })[];
  counts: number[][];
  titles: string[];
  label: string;
  at: number;
}

interface NamesOptions {
  names: [number, number, string, number, number, number[] | 0, number[]?][];
  groups: L.LayerGroup[];
  kinds: string[];
}

interface NameLabel {
  marker: L.Marker;
  box: HTMLElement;
  /** Half the height of the symbol in pixels, 0 for a place. */
  room: number;
  years: number[] | 0;
  left: number[] | undefined;
  key: string;
  size: Point | null;
}

/** Left, top, right, bottom, and whose box it is. */
type LabelBox = [number, number, number, number, NameLabel?];
