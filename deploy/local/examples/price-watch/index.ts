import { readOffers } from "./lib/offers.js";
import { summarise } from "./lib/summary.js";
import { workflow, type RunContext } from "./lib/workflow.js";

interface Input {
  shop: string;
  search: string;
}

/** Searches the shop, reads every page of results, and says what is cheapest. */
export const priceWatch = workflow("price-watch", async ({ page }: RunContext, input: Input) => {
  console.log(`opening ${input.shop}`);
  await page.goto(input.shop);
  await page.fill("#search", input.search);
  await page.click("#go");

  const offers = await readOffers(page);
  const summary = summarise(offers);
  if (summary.withoutPrice.length > 0) {
    console.warn(`without a price: ${summary.withoutPrice.join(", ")}`);
  }
  if (summary.soldOut.length > 0) {
    console.error(`sold out: ${summary.soldOut.join(", ")}`);
  }
  console.log(`${offers.length} offers for ${input.search}`);
  return { title: await page.title(), search: input.search, ...summary };
});
