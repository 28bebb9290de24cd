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
}

/** A place of a layer with its properties: an area, or a symbol that draws itself anew. */
type PlacedLayer = L.Path & {
  feature: GeoJSON.Feature & { properties: Record<string, any> };
  draw?: (symbol: unknown) => void;
  getBounds?: () => L.LatLngBounds;
  getLatLng?: () => L.LatLng;
};

interface YearsOptions {
  years: number[];
  layers: (L.GeoJSON & { options: { style: L.StyleFunction } })[];
  counts: number[][];
  titles: string[];
  label: string;
  at: number;
}

interface NamesOptions {
  names: [number, number, string, number, number, number[] | 0, number?][];
  groups: L.LayerGroup[];
  kinds: string[];
}

interface NameLabel {
  marker: L.Marker;
  box: HTMLElement;
  /** Half the height of the symbol in pixels, 0 for a place. */
  room: number;
  years: number[] | 0;
  aside: number;
  size: Point | null;
}

/** Left, top, right, bottom, and whose box it is. */
type LabelBox = [number, number, number, number, NameLabel?];
