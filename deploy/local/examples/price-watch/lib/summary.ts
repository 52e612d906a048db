import type { Offer } from "./offers.js";

/** What a buyer wants to know about a list of offers. */
export function summarise(offers: Offer[]) {
  const buyable = offers.filter(
    (offer): offer is Offer & { price: number } => offer.price !== null && offer.inStock,
  );
  const cheapest = buyable.reduce<(Offer & { price: number }) | null>(
    (best, offer) => (best === null || offer.price < best.price ? offer : best),
    null,
  );
  return {
    count: offers.length,
    cheapest,
    withoutPrice: offers.filter((offer) => offer.price === null).map((offer) => offer.name),
    soldOut: offers.filter((offer) => !offer.inStock).map((offer) => offer.name),
  };
}
