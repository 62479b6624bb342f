import { useApp, useInput, useWindowSize } from "ink";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Clock } from "../hooks/clock.ts";
import { exitOnThrow } from "../hooks/exit-on-throw.ts";
import { keyNames } from "../keymap.ts";
import { isTooSmall } from "../layout.ts";
import type { Theme } from "../theme.ts";
import { RunFrame, runLayout } from "./RunFrame.tsx";
import { runCommandFor } from "./run-keymap.ts";
import { placesOf, type RunModel, runModelOf } from "./run-model.ts";
import { runPageOf } from "./run-pages.ts";
import { reduceRun, type RunMessage, runOpening, type RunState } from "./run-state.ts";
import { momentOf, type RunSource } from "./source.ts";

export interface RunAppProps {
  readonly source: RunSource;
  readonly theme: Theme;
  readonly clock: Clock;
  /** Frames a second while something happens. */
  readonly fps: number;
}

/** A run on a whole screen: its news and its reader's keys go in, and a frame comes out. */
export const RunApp = ({ source, theme, clock, fps }: RunAppProps) => {
  const { exit } = useApp();
  const { columns, rows } = useWindowSize();
  const model = useModel(source, clock, fps, exit);
  const { state, current, send } = useRunState(source, theme);
  useInput((input, key) => {
    exitOnThrow(() => {
      if (key.ctrl && input === "c") source.stop("ctrl-C");
      // Several keys may come before a frame, and each may change what the next one means.
      for (const name of keyNames(input, key))
        press(name, {
          source,
          state: current(),
          send,
          page: linesInSight(model, current(), theme, columns, rows),
        });
    }, exit);
  });
  return <RunFrame model={model} state={state} theme={theme} columns={columns} rows={rows} />;
};

/** The reader's state, the newest one at hand at once. */
function useRunState(source: RunSource, theme: Theme) {
  const [state, setState] = useState(runOpening);
  const newest = useRef(state);
  const current = useCallback(() => newest.current, []);
  const send = useCallback(
    (message: RunMessage) => {
      const model = runModelOf(momentOf(source));
      const { page } = newest.current;
      const pageLines = page ? runPageOf(model, page, theme).lines.length : 0;
      newest.current = reduceRun(placesOf(model, newest.current, pageLines), newest.current, message);
      setState(newest.current);
    },
    [source, theme],
  );
  return { state, current, send };
}

interface Pressing {
  readonly source: RunSource;
  readonly state: RunState;
  readonly send: (message: RunMessage) => void;
  readonly page: number;
}

/** Keys that have a name move, also while an answer is typed. */
const editing: ReadonlySet<string> = new Set(["return", "backspace", "escape"]);

function press(name: string, { source, state, send, page }: Pressing): void {
  const isTyped = source.question() !== undefined && (editing.has(name) || Array.from(name).length === 1);
  if (isTyped) {
    send({ kind: "typed", key: name });
    if (name === "return") source.answer(state.typed);
    return;
  }
  const command = runCommandFor(name);
  if (command === "stop") source.stop("key");
  else if (command !== undefined) send({ kind: "command", command, page });
}

/** How many lines the pane shows that keys go to. */
function linesInSight(model: RunModel, state: RunState, theme: Theme, columns: number, rows: number): number {
  if (isTooSmall(columns, rows)) return 1;
  const heights = runLayout(model, state, theme, columns, rows);
  return (state.page ? heights.page : heights[state.focus]) - 2;
}

/** More steps than this take so long to paint that once a second has to do. */
const manySteps = 2_000;

/** The run as it is now: taken anew when there is news and when its clock says another second, `fps` times a second at most. */
function useModel(source: RunSource, clock: Clock, fps: number, exit: (error: Error) => void): RunModel {
  const [moment, setMoment] = useState(() => momentOf(source));
  const shown = useRef(moment);
  const isStale = useRef(false);
  useEffect(() => source.subscribe(() => (isStale.current = true)), [source]);
  const isLarge = moment.view.predicted.size > manySteps;
  useEffect(
    () =>
      clock.every(isLarge ? 1_000 : 1_000 / fps, () => {
        exitOnThrow(() => {
          const second = (millis: number) => Math.floor(millis / 1_000);
          if (!isStale.current && second(source.now()) === second(shown.current.now)) return;
          isStale.current = false;
          shown.current = momentOf(source);
          setMoment(shown.current);
        }, exit);
      }),
    [source, clock, fps, isLarge, exit],
  );
  return useMemo(() => runModelOf(moment), [moment]);
}
