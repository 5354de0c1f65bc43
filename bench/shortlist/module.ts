import { worthOf } from "./worth.ts";

interface Offer {
  readonly name: string;
  readonly price: number;
  readonly stars: number;
}

/** Orders offers by what they give for their price. About 1 KB in and 1 KB out. */
export async function shortlist(input: { offers: Offer[] }): Promise<{ summary: string; data: object[] }> {
  const ranked = input.offers
    .map((offer) => ({ name: offer.name, worth: worthOf(offer), label: offer.name.toUpperCase() }))
    .sort((a, b) => b.worth - a.worth || a.name.localeCompare(b.name));
  return { summary: `${ranked[0]?.name ?? "Nothing"} is worth its price most.`, data: ranked };
}
