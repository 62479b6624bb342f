import { Rows } from "./Rows.tsx";
import { gutter } from "../layout.ts";
import type { Theme } from "../theme.ts";

export interface GutterProps {
  readonly theme: Theme;
  readonly height: number;
}

/** The line between two stacks of panes. */
export const Gutter = ({ theme, height }: GutterProps) => {
  const line = ` ${theme.paint("muted", theme.glyphs.separator)} `;
  return <Rows text={Array.from({ length: height }, () => line).join("\n")} width={gutter} height={height} />;
};
