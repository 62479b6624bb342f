import { Box, Text } from "ink";
import { memo } from "react";

export interface RowsProps {
  /** Painted rows, joined by line feeds: as one text they compare fast, and a pane that is as it was is left alone. */
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

/** Rows that were painted before, in a box of exactly their size. */
export const Rows = memo(({ text, width, height }: RowsProps) => (
  <Box width={width} height={height} flexShrink={0} overflow="hidden">
    <Text wrap="truncate">{text}</Text>
  </Box>
));
