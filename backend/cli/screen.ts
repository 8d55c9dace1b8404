import { constants } from "node:os";
import type { WriteStream } from "node:tty";

/** The terminal's second screen, without a cursor, where a long line is cut; and back to the first, as it was. */
const OPEN = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const CLOSE = "\x1b[?7h\x1b[?25h\x1b[?1049l";

const HOME = "\x1b[H";
const ERASE_LINE_END = "\x1b[K";
const ERASE_BELOW = "\x1b[J";

/** A terminal, whole, until it is closed; also when the process exits, by a signal too. */
export interface Screen {
  /** In place of what it showed before; what does not fit is left out. */
  show(text: string): void;
  close(): void;
}

export function openScreen(terminal: WriteStream): Screen {
  let isOpen = true;
  function close(): void {
    if (isOpen) terminal.write(CLOSE);
    isOpen = false;
  }
  process.once("exit", close);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
  terminal.write(OPEN);
  return {
    show(text) {
      // Some terminals, as those of a serial line, say they have 0.
      const lines = text.split("\n").slice(0, terminal.rows || undefined);
      // Written over, not erased first: that would flicker.
      terminal.write(HOME + lines.join(`${ERASE_LINE_END}\r\n`) + ERASE_LINE_END + ERASE_BELOW);
    },
    close,
  };
}
