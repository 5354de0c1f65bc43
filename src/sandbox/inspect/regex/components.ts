/** Groups nodes that lead to each other in circles, by Tarjan's algorithm; a node alone counts only if it leads to itself. */
export function findCircles(count: number, next: (node: number) => Iterable<number>): number[][] {
  const circles: number[][] = [];
  const order = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const stacked = new Set<number>();
  const enter = (node: number): Frame => {
    order.set(node, order.size);
    low.set(node, order.get(node) ?? 0);
    stack.push(node);
    stacked.add(node);
    return { node, rest: next(node)[Symbol.iterator]() };
  };
  for (let root = 0; root < count; root += 1) {
    if (order.has(root)) continue;
    const frames: Frame[] = [enter(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const step = frame.rest.next();
      if (step.done !== true) {
        if (!order.has(step.value)) frames.push(enter(step.value));
        else if (stacked.has(step.value)) lower(low, frame.node, order.get(step.value));
        continue;
      }
      frames.pop();
      const above = frames.at(-1);
      if (above) lower(low, above.node, low.get(frame.node));
      if (low.get(frame.node) !== order.get(frame.node)) continue;
      const circle = stack.splice(stack.indexOf(frame.node));
      for (const node of circle) stacked.delete(node);
      if (circle.length > 1 || [...next(frame.node)].includes(frame.node)) circles.push(circle);
    }
  }
  return circles;
}

interface Frame {
  readonly node: number;
  readonly rest: Iterator<number>;
}

function lower(low: Map<number, number>, node: number, to: number | undefined): void {
  low.set(node, Math.min(low.get(node) ?? Infinity, to ?? Infinity));
}
