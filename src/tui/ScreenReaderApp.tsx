import { Static, Text, useApp } from "ink";
import { useCallback, useMemo, useRef, useState } from "react";
import type { Clock } from "./hooks/clock.ts";
import { exitOnThrow } from "./hooks/exit-on-throw.ts";
import { useKeys } from "./hooks/use-keys.ts";
import { usePlayback } from "./hooks/use-playback.ts";
import { announce, introduce } from "./state/announce.ts";
import type { Model } from "./state/model.ts";
import { openingState, reduce } from "./state/reduce.ts";
import type { Message } from "./state/state.ts";
import { visible } from "./text.ts";

export interface ScreenReaderAppProps {
  readonly model: Model;
  readonly clock: Clock;
}

/** News is read once a second at most: it must be possible to listen to it. */
const newsPerSecond = 1;

/** What a page key moves by where there is no page. */
const pageLength = 10;

/** The interface as lines that are said once, in the order in which things happen: nothing is redrawn. */
export const ScreenReaderApp = ({ model, clock }: ScreenReaderAppProps) => {
  const { exit } = useApp();
  const start = useMemo(() => openingState(model), [model]);
  const newest = useRef(start);
  const [isPlaying, setIsPlaying] = useState(false);
  const [lines, setLines] = useState(() => introduce(model, start));
  const send = useCallback(
    (message: Message) => {
      const before = newest.current;
      const after = reduce(model, before, message);
      newest.current = after;
      const said = announce(model, before, after);
      if (said.length > 0) setLines((known) => [...known, ...said]);
      setIsPlaying(after.isPlaying);
    },
    [model],
  );
  const onTick = useCallback(
    (millis: number) => {
      exitOnThrow(() => {
        send({ kind: "tick", millis });
      }, exit);
    },
    [send, exit],
  );
  usePlayback(clock, newsPerSecond, isPlaying, onTick);
  useKeys(
    () => newest.current.isTyping,
    () => pageLength,
    send,
    exit,
  );
  return <Static items={[...lines]}>{(line, index) => <Text key={index}>{visible(line)}</Text>}</Static>;
};
