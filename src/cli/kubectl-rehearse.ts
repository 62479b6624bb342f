#!/usr/bin/env node
// What kubectl starts for `kubectl rehearse …`.
import { pluginWords } from "./plugin-words.ts";

const commands = new Set([
  "drain",
  "rehearse",
  "compare",
  "upgrade",
  "runbook",
  "check",
  "execute",
  "lab",
  "rbac",
  "snapshot",
  "demo",
  "show",
  "help",
]);
process.argv.splice(2, process.argv.length, ...pluginWords(process.argv.slice(2), commands));
await import("./main.ts");
