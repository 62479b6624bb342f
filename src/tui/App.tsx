import { useApp, useWindowSize } from "ink";
import { useCallback } from "react";
import type { Clock } from "./hooks/clock.ts";
import { exitOnThrow } from "./hooks/exit-on-throw.ts";
import { useKeys } from "./hooks/use-keys.ts";
import { usePlayback } from "./hooks/use-playback.ts";
import { useTui } from "./hooks/use-tui.ts";
import { isTooSmall } from "./layout.ts";
import type { Model } from "./state/model.ts";
import type { TuiState } from "./state/state.ts";
import type { Theme } from "./theme.ts";
import { Screen, screenLayout } from "./views/Screen.tsx";

export interface AppProps {
  readonly model: Model;
  readonly theme: Theme;
  readonly clock: Clock;
  /** Frames a second while it plays. */
  readonly fps: number;
}

/** The interface on a whole screen: keys and time go into one store, and a frame comes out. */
export const App = ({ model, theme, clock, fps }: AppProps) => {
  const { exit } = useApp();
  const { columns, rows } = useWindowSize();
  const { state, current, send } = useTui(model);
  const onTick = useCallback(
    (millis: number) => {
      exitOnThrow(() => {
        send({ kind: "tick", millis });
      }, exit);
    },
    [send, exit],
  );
  usePlayback(clock, fps, state.isPlaying, onTick);
  useKeys(
    () => current().isTyping,
    () => linesOf(model, current(), columns, rows),
    send,
    exit,
  );
  return <Screen model={model} state={state} theme={theme} columns={columns} rows={rows} />;
};

/** How many lines the pane shows that keys go to: what a page key moves by. */
function linesOf(model: Model, state: TuiState, columns: number, rows: number): number {
  if (isTooSmall(columns, rows)) return 1;
  const boxes = screenLayout(model, state, columns, rows).stacks.flat();
  const pane = state.pages.length > 0 ? "page" : state.focus;
  return Math.max(1, (boxes.find((box) => box.pane === pane)?.height ?? 2) - 2);
}
