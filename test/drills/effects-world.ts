import { once } from "node:events";
import { createServer } from "node:http";

/** Where a module of a drill has its effects, over HTTP on loopback. */
export interface EffectsWorld extends Disposable {
  /** How often each effect was had, by its name. */
  readonly effects: ReadonlyMap<string, number>;
  readonly port: number;
  readonly origin: string;
}

/** @param onEffect is told of every effect that has just happened and is not answered yet */
export async function openEffectsWorld(onEffect: () => void): Promise<EffectsWorld> {
  const effects = new Map<string, number>();
  const world = createServer((request, response) => {
    const name = request.url?.split("/").at(-1) ?? "";
    effects.set(name, (effects.get(name) ?? 0) + 1);
    onEffect();
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  world.listen(0, "127.0.0.1");
  await once(world, "listening");
  const address = world.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    effects,
    port,
    origin: `http://127.0.0.1:${port}`,
    [Symbol.dispose]: () => {
      world.close();
      world.closeAllConnections();
    },
  };
}
