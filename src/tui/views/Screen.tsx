import { Box } from "ink";
import { useMemo } from "react";
import { Gutter } from "../components/Gutter.tsx";
import { Rows } from "../components/Rows.tsx";
import { isTooSmall, type Layout, layoutOf, type PaneBox, smallest } from "../layout.ts";
import { pageOf } from "../pages/pages.ts";
import type { Model } from "../state/model.ts";
import type { TuiState } from "../state/state.ts";
import { visible, wrap } from "../text.ts";
import type { Theme } from "../theme.ts";
import { findingRows } from "./finding-rows.ts";
import { footerRow } from "./footer-row.ts";
import { headerRows, headlineHeight } from "./header-rows.ts";
import { logRows } from "./log-rows.ts";
import { pageRows } from "./page-rows.ts";
import { RackPainter, rackRowsWanted } from "./rack-rows.ts";
import { serviceRows } from "./service-rows.ts";
import { StripCache } from "./service-strip.ts";
import { TimelinePainter } from "./timeline-rows.ts";

export interface ScreenProps {
  readonly model: Model;
  readonly state: TuiState;
  readonly theme: Theme;
  readonly columns: number;
  readonly rows: number;
}

/** One frame: a function of the rehearsal, the state and the size of the screen. */
export const Screen = ({ model, state, theme, columns, rows }: ScreenProps) => {
  const painters = useMemo(() => createPainters(model, theme), [model, theme]);
  if (isTooSmall(columns, rows)) {
    return <Rows text={smallRows(model, columns, rows).join("\n")} width={columns} height={rows} />;
  }
  const layout = screenLayout(model, state, columns, rows);
  const { headerRows: header, timelineRows, stacks } = layout;
  const height = rows - header - timelineRows - 1;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Rows
        text={headerRows(model, state, theme, columns, header).join("\n")}
        width={columns}
        height={header}
      />
      <Box height={height}>
        {stacks.map((stack, index) => (
          <Box key={stack[0]?.pane ?? index}>
            {index > 0 ? <Gutter theme={theme} height={height} /> : null}
            <Box flexDirection="column">
              {stack.map((box) => (
                <Rows
                  key={box.pane}
                  text={paneRows(box, model, state, theme, painters).join("\n")}
                  width={box.width}
                  height={box.height}
                />
              ))}
            </Box>
          </Box>
        ))}
      </Box>
      <Rows
        text={painters.timeline.rows(state, columns, timelineRows).join("\n")}
        width={columns}
        height={timelineRows}
      />
      <Rows text={footerRow(model, state, theme, columns)} width={columns} height={1} />
    </Box>
  );
};

/** What is said where there is no room for more: the verdict all the same. */
function smallRows({ session, title }: Model, columns: number, rows: number): string[] {
  const { columns: needed, rows: high } = smallest;
  const text = `This screen is ${columns}x${rows}; Seatrial needs ${needed}x${high}. Make it larger. q quits.`;
  return [`${session.verdict.word} ${visible(title)}`, text]
    .flatMap((line) => wrap(line, columns))
    .slice(0, rows);
}

/** Where the panes stand in this state. */
export function screenLayout(model: Model, state: TuiState, columns: number, rows: number): Layout {
  return layoutOf(columns, rows, {
    headlineRows: headlineHeight(model, columns),
    focus: state.focus,
    lower: state.lower,
    hasPage: state.pages.length > 0,
    isZoomed: state.isZoomed,
    rackRows: rackRowsWanted(model),
    serviceRows: model.services.length + 1,
  });
}

interface Painters {
  readonly rack: RackPainter;
  readonly strips: StripCache;
  readonly timeline: TimelinePainter;
}

function createPainters(model: Model, theme: Theme): Painters {
  return {
    rack: new RackPainter(model, theme),
    strips: new StripCache(),
    timeline: new TimelinePainter(model, theme),
  };
}

function paneRows(box: PaneBox, model: Model, state: TuiState, theme: Theme, painters: Painters): string[] {
  const { pane, width, height } = box;
  switch (pane) {
    case "rack":
      return painters.rack.rows(state, width, height);
    case "log":
      return logRows(model, state, theme, width, height);
    case "services":
      return serviceRows(model, state, theme, painters.strips, width, height);
    case "findings":
      return findingRows(model, state, theme, width, height);
    case "page": {
      const count = model.countAt(state.time);
      const pages = state.pages.map(({ subject }) => pageOf(model, count, subject, theme.glyphs));
      const page = pages.at(-1);
      if (!page) return [];
      const trail = pages.slice(0, -1).map(({ title }) => title);
      return pageRows({ page, trail, line: state.pages.at(-1)?.line ?? 0 }, theme, width, height);
    }
  }
}
