import type { Fence } from "#core/contract/validation.ts";
import { FenceName } from "#core/contract/validation.ts";
import type { Cell, Launcher } from "#sandbox/launch/cell.ts";
import { type Connection, greet } from "./greet.ts";
import { createSocketCell } from "./socket-cell.ts";

/**
 * Starts fenced processes through the runner service at `socketPath`. While it is away every start fails with the cause
 * and no fence stands. It is asked anew each time, so that all goes on by itself once it is back.
 * @param deps.build of our own programs: a service that runs other ones is not used
 */
export function createSocketLauncher(deps: { readonly socketPath: string; readonly build: string }): Launcher {
  let known: Connection["fences"] | undefined;
  let away = `the runner service at ${deps.socketPath} was not asked yet`;
  const cells = new Set<Cell>();

  const reach = async (): Promise<Connection | string> => {
    const reached = await greet(deps.socketPath, deps.build);
    known = typeof reached === "string" ? undefined : reached.fences;
    if (typeof reached === "string") away = reached;
    return reached;
  };
  const down = (why: string): Fence[] => FenceName.options.map((name) => ({ name, up: false, why: why.slice(0, 300) }));

  return {
    async ready() {
      if (known !== undefined) return;
      const reached = await reach();
      if (typeof reached !== "string") reached.socket.destroy();
    },
    fences: ({ name }) =>
      known === undefined ? down(away) : (known[name] ?? down(`the runner service does not know ${name}`)),
    start(program) {
      const cell = createSocketCell(program, reach());
      cells.add(cell);
      void cell.exited.then(() => cells.delete(cell));
      return cell;
    },
    async [Symbol.asyncDispose]() {
      const leaving = [...cells];
      for (const cell of leaving) cell.kill();
      await Promise.all(leaving.map(({ exited }) => exited));
    },
  };
}
