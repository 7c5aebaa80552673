export interface Weighted {
  readonly priority: number;
  readonly weight: number;
}

/**
 * SRV records in the order in which they are to be tried (RFC 2782): by priority, and among equals by a
 * random choice in proportion to the weight, where weight 0 has a small chance only.
 *
 * @param random - in [0, 1).
 */
export function orderSrv<T extends Weighted>(records: readonly T[], random: () => number): T[] {
  const priorities = [...new Set(records.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) =>
    drawAll(
      records.filter((record) => record.priority === priority),
      random,
    ),
  );
}

function drawAll<T extends Weighted>(records: readonly T[], random: () => number): T[] {
  // Those of weight 0 stand first, so that a draw of 0 takes them (RFC 2782, "Weight").
  const left = [...records].sort((a, b) => Number(a.weight > 0) - Number(b.weight > 0));
  const drawn: T[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    const point = Math.floor(random() * (total + 1));
    let sum = 0;
    const at = left.findIndex(({ weight }) => {
      sum += weight;
      return sum >= point;
    });
    drawn.push(...left.splice(Math.max(at, 0), 1));
  }
  return drawn;
}
