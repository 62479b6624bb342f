import type { Fact } from "../../exec/protocol.ts";
import { priority, type Sim } from "../sim.ts";

/** Sends the answer to a client's command on its way, after `delay`; `event` is what the client learns from it. */
export function answer(sim: Sim, command: string, fact: Fact, event: number, delay = 0): void {
  sim.after(sim.settings.apiMillis + delay, "client.observe", command, event, {
    priority: priority.client,
    data: fact,
  });
}
