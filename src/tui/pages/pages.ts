import { unreachable } from "../../lib/assert.ts";
import type { Glyphs } from "../glyphs.ts";
import type { Model } from "../state/model.ts";
import type { Subject } from "../state/state.ts";
import { eventPage } from "./event-page.ts";
import { findingPage } from "./finding-page.ts";
import { helpPage } from "./help-page.ts";
import { nodePage, pendingPage, podPage } from "./node-page.ts";
import type { Page } from "./page.ts";
import { servicePage } from "./service-page.ts";
import { verdictPage } from "./verdict-page.ts";

/** The page about a subject, as it is after the first `count` events. */
export function pageOf(model: Model, count: number, subject: Subject, glyphs: Glyphs): Page {
  switch (subject.kind) {
    case "help":
      return helpPage(glyphs);
    case "verdict":
      return verdictPage(model);
    case "node":
      return nodePage(model, count, subject.node);
    case "pending":
      return pendingPage(model, count);
    case "pod":
      return podPage(model, count, subject.pod);
    case "event":
      return eventPage(model, subject.number);
    case "service":
      return servicePage(model, count, subject.service);
    case "finding":
      return findingPage(model, subject.index);
    default:
      return unreachable(subject);
  }
}
