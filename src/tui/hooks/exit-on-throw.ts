/** Does something; what it throws ends the interface, so that the terminal is put in order before anybody reads it. */
export function exitOnThrow(action: () => void, exit: (error: Error) => void): void {
  try {
    action();
  } catch (error) {
    exit(error instanceof Error ? error : new Error(String(error)));
  }
}
