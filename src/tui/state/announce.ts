import { humanDuration } from "../../lib/duration.ts";
import { counted } from "../../lib/counted.ts";
import { glyphsFor } from "../glyphs.ts";
import { pendingPods } from "../pages/node-page.ts";
import { pageOf } from "../pages/pages.ts";
import type { PageLine } from "../pages/page.ts";
import { begunBy } from "./log-book.ts";
import { findingList, lengthOf, logList, rackList, serviceList } from "./lists.ts";
import type { Model } from "./model.ts";
import { podStates } from "./node-summary.ts";
import { rateOf } from "./playback.ts";
import { waitWords } from "./node-waits.ts";
import { nodeWords, podWords } from "./state-words.ts";
import type { TuiState } from "./state.ts";

/** What a screen reader says: each line once, when it is news. */

/** More events at once than this are counted, not read. */
const mostEvents = 5;

const glyphs = glyphsFor(true);

/** The first lines: what this is, what came of it, and where one is. */
export function introduce(model: Model, state: TuiState): readonly string[] {
  const { trace, verdict, headline } = model.session;
  const { cluster, seed } = trace.header;
  const version = cluster.version === "" ? "" : `, ${cluster.version}`;
  return [
    `Rehearsal, nothing is touched: ${model.title} on ${cluster.name}${version}, seed ${seed}.`,
    `Verdict: ${verdict.word}${headline === undefined || headline === "" ? "." : ` ${headline}`}`,
    `It lasts ${humanDuration(model.axis.end)}. ${counted(model.findings.length, "finding")}, ${counted(model.nodes.length, "node")}, ${counted(model.services.length, "service")}.`,
    "Keys: n next finding, right next event, Enter why, v verdict, Tab next pane, question mark all keys, q quit.",
    `${state.focus}: ${counted(lengthOf(model, state, state.focus), "item")}.`,
    itemLine(model, state),
  ].filter((line) => line !== "");
}

/** What changed from one state to the next, in words. */
export function announce(model: Model, before: TuiState, after: TuiState): readonly string[] {
  const said: string[] = [];
  if (after.notice !== "" && after.notice !== before.notice) said.push(after.notice);
  if (after.isPlaying !== before.isPlaying)
    said.push(after.isPlaying ? "Playing." : `Paused at ${humanDuration(after.time)}.`);
  if (after.speed !== before.speed)
    said.push(`Speed ${rateOf(model.axis, after.speed).toFixed(2)} times real time.`);
  if (after.time !== before.time) said.push(...timeLines(model, before, after));
  if (after.pages !== before.pages && (after.pages.length > 0 || before.pages.length > 0))
    return [...said, ...pageLines(model, before, after)];
  if (after.showsAll !== before.showsAll)
    said.push(after.showsAll ? "The log shows every event." : "The log shows what matters.");
  const filter = after.filters[after.focus];
  if (before.isTyping && !after.isTyping) said.push(filter === "" ? "No filter." : `Filter ${filter}.`);
  if (!before.isTyping && after.isTyping) said.push(`Type a filter for ${after.focus}, then Enter.`);
  if (after.focus !== before.focus || (before.isTyping && !after.isTyping))
    said.push(
      `${after.focus}: ${counted(lengthOf(model, after, after.focus), "item")}.`,
      itemLine(model, after),
    );
  else if (
    !after.isTyping &&
    after.selected[after.focus] !== before.selected[after.focus] &&
    !isFollowing(after)
  )
    said.push(itemLine(model, after));
  return said.filter((line) => line !== "");
}

/** The log's selection moves by itself there: what moved it was said. */
function isFollowing({ focus, followsLog }: TuiState): boolean {
  return focus === "log" && followsLog;
}

/** What happened between the two moments; backwards, what was the last thing before. */
function timeLines(model: Model, before: TuiState, after: TuiState): string[] {
  const { entries, begun } = logList(model, after);
  const at = `At ${humanDuration(after.time)}`;
  if (after.time < before.time) {
    const last = entries[begun - 1];
    return [last ? `Back. ${at}, the last thing is: ${model.log.words(last.numbers[0]!)}.` : `Back. ${at}.`];
  }
  const from = begunBy(entries, model.countAt(before.time));
  const news = entries.slice(from, begun);
  if (news.length === 0) return after.isPlaying ? [] : [`${at}: nothing new.`];
  const read = news.slice(0, mostEvents);
  const more = news.length > read.length ? [`and ${news.length - read.length} more.`] : [];
  return [
    ...read.map(({ time, numbers }) => `${humanDuration(time)}: ${model.log.words(numbers[0]!)}.`),
    ...more,
  ];
}

function pageLines(model: Model, before: TuiState, after: TuiState): string[] {
  const top = after.pages.at(-1);
  if (!top) return [`Back to ${after.focus}.`, itemLine(model, after)];
  const page = pageOf(model, model.countAt(after.time), top.subject, glyphs);
  const line = page.lines[top.line];
  if (after.pages.length === before.pages.length && line) return [spoken(line)];
  if (after.pages.length < before.pages.length) return [`Back to ${page.title}.`];
  return [`Page ${page.title}.`, ...page.lines.filter(({ text }) => text !== "").map(spoken)];
}

function spoken({ mark = "", text }: PageLine): string {
  return mark.trim() === "" ? text.trim() : `${mark.trim()}: ${text.trim()}`;
}

/** The selected item of the focused pane. */
function itemLine(model: Model, state: TuiState): string {
  const index = state.selected[state.focus];
  const length = lengthOf(model, state, state.focus);
  const text = itemText(model, state, index);
  return text === "" ? "" : `${index + 1} of ${length}: ${text}`;
}

function itemText(model: Model, state: TuiState, index: number): string {
  switch (state.focus) {
    case "rack":
      return nodeText(model, state, index);
    case "log": {
      const { entries, begun } = logList(model, state);
      const entry = entries[index];
      const ahead = index >= begun ? ", still to come" : "";
      return entry ? `${humanDuration(entry.time)}: ${model.log.words(entry.numbers[0]!)}${ahead}` : "";
    }
    case "services": {
      const row = serviceList(model, state)[index];
      if (!row) return "";
      const { service, before, outageMillis, outages } = row.availability;
      const ready = row.timeline.findLast(({ from }) => from <= state.time)?.value ?? before;
      const isOpen = outages.some(({ ended }) => ended === undefined);
      const length = isOpen ? "down to the end of the run" : `down for ${humanDuration(outageMillis)} in all`;
      const down = outages.length === 0 ? "never down" : length;
      return `${service}, ${ready} of ${before} Ready now, ${down}`;
    }
    case "findings": {
      const found = findingList(model, state)[index];
      if (!found) return "";
      const { severity, rule, subject, message } = found.finding;
      const when = found.isBefore ? "before the start" : `at ${humanDuration(found.time)}`;
      return `${severity}, ${rule}, ${subject}: ${message}, ${when}`;
    }
  }
}

function nodeText(model: Model, state: TuiState, index: number): string {
  const count = model.countAt(state.time);
  const node = rackList(model, state)[index];
  if (!node) return `${counted(pendingPods(model, count).length, "pod")} without a node`;
  const { state: now, pods, waits } = model.reader.summarize(model.worldAt(count), count, node.name);
  const cells = podStates
    .filter((each) => pods[each] > 0)
    .map((each) => `${pods[each]} ${podWords[each].word}`);
  const zone = node.zone === "" ? "" : `, zone ${node.zone}`;
  const waiting = waitWords(model.names, waits);
  const why = waiting === "" ? "" : `, waits: ${waiting}`;
  return `${node.name}${zone}, ${nodeWords[now].word}, pods: ${cells.length === 0 ? "none" : cells.join(", ")}${why}`;
}
