/** Says what is being done to whoever waits. */
export interface Progress {
  readonly tell: (step: string) => void;
  /** Leaves the screen as if nothing had been said. */
  readonly end: () => void;
}

/** One line that changes in a terminal; elsewhere a line for each step. */
export function createProgress(to: NodeJS.WriteStream): Progress {
  let told = "";
  return {
    tell(step) {
      if (step === told) return;
      told = step;
      to.write(to.isTTY ? `\r\u001b[2K  ${step} …` : `  ${step}\n`);
    },
    end() {
      if (to.isTTY && told !== "") to.write("\r\u001b[2K");
    },
  };
}
