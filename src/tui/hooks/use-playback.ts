import { useEffect } from "react";
import type { Clock } from "./clock.ts";

/** Calls back with the real time that went by, `fps` times a second, while something is playing. */
export function usePlayback(
  clock: Clock,
  fps: number,
  isPlaying: boolean,
  onTick: (elapsedMillis: number) => void,
): void {
  useEffect(
    () => (isPlaying ? clock.every(1_000 / fps, onTick) : undefined),
    [clock, fps, isPlaying, onTick],
  );
}
