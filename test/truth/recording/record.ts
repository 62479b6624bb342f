import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** One recording of a real control plane, as far as a replay needs it. The format is described beside the recordings. */
export interface Recording {
  readonly name: string;
  readonly features: readonly string[];
  readonly tolerance: number;
  readonly t0: number;
  readonly end: number;
  readonly model: { readonly kubernetes: string; readonly flags: Readonly<Record<string, string>> };
  readonly initial: { readonly items: readonly Json[] };
  readonly actions: readonly RecordedAction[];
  readonly metrics?: Metrics;
  readonly facts: {
    readonly hpas?: Readonly<Record<string, { readonly syncs?: readonly (readonly (number | null)[])[] }>>;
  };
  readonly variable: readonly string[];
  readonly comparable: Readonly<Record<string, unknown>>;
}

export type Json = Readonly<Record<string, unknown>>;

export interface RecordedAction {
  readonly run?: string;
  readonly stdin?: string;
  readonly node?: string;
  readonly create?: readonly Json[];
  readonly apply?: readonly Json[];
  readonly manifests?: readonly Json[];
  readonly shell?: string;
  readonly means?: { readonly removeFinalizers?: { readonly node: string } };
  readonly at?: number;
  readonly after?: number;
  readonly delay?: number;
}

export interface Metrics {
  readonly load: Readonly<Record<string, AppLoad>>;
  readonly down?: readonly (readonly [number, number])[];
}

export interface AppLoad {
  readonly cpu?: readonly (readonly [number, number])[];
  readonly memory?: readonly (readonly [number, number])[];
  readonly ramp?: boolean;
  readonly window?: number;
  readonly missing?: readonly string[];
}

export function loadRecording(path: string): Recording {
  return JSON.parse(gunzipSync(readFileSync(path)).toString("utf8")) as Recording;
}
