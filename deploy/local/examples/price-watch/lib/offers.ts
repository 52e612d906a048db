import type { Page } from "playwright";

export interface Offer {
  name: string;
  price: number | null;
  inStock: boolean;
}

/** The offers of all result pages, in the shop's order. */
export async function readOffers(page: Page): Promise<Offer[]> {
  const offers: Offer[] = [];
  for (let number = 1; number <= 20; number++) {
    await page.waitForSelector(`#results[data-page="${number}"]`);
    const rows = await page.$$eval(".offer", (elements) =>
      elements.map((element) => ({
        name: element.querySelector(".name")?.textContent ?? "",
        price: element.querySelector(".price")?.textContent ?? "",
        inStock: !element.classList.contains("sold-out"),
      })),
    );
    console.log(`page ${number}: ${rows.length} offers`);
    offers.push(...rows.map((row) => ({ ...row, price: parsePrice(row.price) })));
    if ((await page.$("#next")) === null) {
      break;
    }
    await page.click("#next");
  }
  return offers;
}

function parsePrice(text: string): number | null {
  const match = /(\d+)[.,](\d{2})/.exec(text);
  return match === null ? null : Number(`${match[1]}.${match[2]}`);
}
