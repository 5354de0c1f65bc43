/** Stars for 100 of money, to two decimals. */
export function worthOf(offer: { readonly price: number; readonly stars: number }): number {
  return Math.round((offer.stars / offer.price) * 10_000) / 100;
}
