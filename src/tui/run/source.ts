import type { RunView } from "../../report/run-view.ts";

/** A line of a run, as its text form prints it, and the step that it is about. */
export interface SourceLine {
  readonly step: string;
  readonly text: string;
}

/** A run that is under way, as the interface sees it, and what its reader may ask of it. */
export interface RunSource {
  /** What the plan calls itself. */
  readonly title: string;
  /** The cluster's context. */
  readonly context: string;
  readonly journal: string;
  readonly view: () => RunView;
  /** How long the run has been under way. Milliseconds. */
  readonly now: () => number;
  /** Everything that was said; it only grows. */
  readonly lines: () => readonly SourceLine[];
  /** What a person is asked. */
  readonly question: () => string | undefined;
  readonly answer: (text: string) => void;
  /** Asks for the end of the run, by a key or by ctrl-C. */
  readonly stop: (by: "key" | "ctrl-C") => void;
  /** Calls back when there is something new; the returned function ends that. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** A run at one moment: what one frame is a function of, beside its reader's state. */
export interface RunMoment extends Pick<RunSource, "title" | "context" | "journal"> {
  readonly view: RunView;
  readonly now: number;
  readonly lines: readonly SourceLine[];
  /** How many lines there are at this moment: the list itself grows on. */
  readonly lineCount: number;
  readonly question: string | undefined;
}

export function momentOf(source: RunSource): RunMoment {
  const { title, context, journal } = source;
  const lines = source.lines();
  return {
    title,
    context,
    journal,
    view: source.view(),
    now: source.now(),
    lines,
    lineCount: lines.length,
    question: source.question(),
  };
}
