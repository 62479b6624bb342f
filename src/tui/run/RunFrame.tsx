import { Rows } from "../components/Rows.tsx";
import { isTooSmall, smallest } from "../layout.ts";
import { visible, wrap } from "../text.ts";
import type { Theme } from "../theme.ts";
import { pageRows } from "../views/page-rows.ts";
import { footRows } from "./foot-rows.ts";
import { headRows } from "./head-rows.ts";
import { lineRows } from "./line-rows.ts";
import { nowRows, nowRowsWanted } from "./now-rows.ts";
import type { RunModel } from "./run-model.ts";
import { runPageOf } from "./run-pages.ts";
import type { OpenPage, RunState } from "./run-state.ts";
import { stepRows, stepRowsWanted } from "./step-rows.ts";

export interface RunFrameProps {
  readonly model: RunModel;
  readonly state: RunState;
  readonly theme: Theme;
  readonly columns: number;
  readonly rows: number;
}

/** One frame: a function of the run at one moment, of its reader's state, and of the size of the screen. */
export const RunFrame = (props: RunFrameProps) => {
  const { columns, rows } = props;
  return <Rows text={frameRows(props).join("\n")} width={columns} height={rows} />;
};

function frameRows({ model, state, theme, columns, rows }: RunFrameProps): string[] {
  if (isTooSmall(columns, rows)) return smallRows(model, columns, rows);
  const heights = runLayout(model, state, theme, columns, rows);
  const body =
    state.page === undefined
      ? [
          ...(heights.steps > 0 ? stepRows(model, state, theme, columns, heights.steps) : []),
          ...(heights.now > 0 ? nowRows(model, state.typed, theme, columns, heights.now) : []),
          ...(heights.log > 0 ? lineRows(model, state, theme, columns, heights.log) : []),
        ]
      : pageRows(
          {
            page: runPageOf(model, state.page, theme),
            trail: trailOf(model, state.page),
            line: state.page.line,
          },
          theme,
          columns,
          heights.page,
        );
  return [...headRows(model, theme, columns), ...body, ...footRows(model, state, theme, columns)];
}

/** The names of the rows that a step is in. */
function trailOf({ all }: RunModel, page: OpenPage): string[] {
  if (page.kind !== "step") return [];
  return all.filter(({ path }) => page.path.startsWith(`${path}/`)).map(({ name }) => name);
}

/** What is said where there is no room for more. */
function smallRows({ moment }: RunModel, columns: number, rows: number): string[] {
  const text = `This screen is ${columns}x${rows}; Seatrial needs ${smallest.columns}x${smallest.rows}. The run goes on. q stops it.`;
  const lines = [
    visible(`RUN ${moment.title}`),
    ...(moment.question === undefined ? [] : [visible(moment.question)]),
    text,
  ];
  const shown = lines.flatMap((line) => wrap(line, columns)).slice(0, rows);
  return [...shown, ...Array.from({ length: rows - shown.length }, () => "")];
}

export interface RunHeights {
  readonly steps: number;
  readonly now: number;
  readonly log: number;
  readonly page: number;
}

/** The two rows above the body, and the two below it. */
const fixedRows = 4;
const fewest = { steps: 4, now: 3, log: 3 } as const;

/** How the rows of the screen are shared: the sum is exact. */
export function runLayout(
  model: RunModel,
  state: RunState,
  theme: Theme,
  columns: number,
  rows: number,
): RunHeights {
  const body = rows - fixedRows;
  const none = { steps: 0, now: 0, log: 0, page: 0 };
  if (state.page) return { ...none, page: body };
  // What somebody is asked is always in sight.
  const wanted = nowRowsWanted(model, state.typed, theme, columns);
  const isAsked = model.moment.question !== undefined;
  if (state.isZoomed && !isAsked) return { ...none, [state.focus]: body };
  const now = Math.max(fewest.now, Math.min(wanted, Math.floor(body * 0.35)));
  const most = Math.max(fewest.steps, body - now - Math.max(fewest.log, Math.floor(body * 0.25)));
  const steps = Math.min(Math.max(fewest.steps, stepRowsWanted(model)), most);
  return { ...none, steps, now, log: body - now - steps };
}
