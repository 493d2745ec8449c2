#include "demo/texts.h"

#include <algorithm>

namespace sociometer::demo {
namespace {

using Lines = std::vector<std::string_view>;

const std::vector<Campaign> campaigns = {
    {"slow-mornings", "SlowMornings", 1, 8, 2, 14},    {"first-pick", "FirstPick", 4, 1, 5, 10},
    {"cold-season", "ColdSeason", 6, 15, 8, 15},       {"harvest-blend", "HarvestBlend", 9, 15, 10, 31},
    {"winter-hearth", "WinterHearth", 11, 20, 12, 24},
};

// Words in braces are filled in. "*" in front: it links to a page.
const Lines feed = {
    "Fresh off the drum this morning: {coffee}. We taste {notes}, and a finish that hangs around like a good guest.",
    "*{coffee} is back on the shelf. {notes}, roasted light enough that you still taste the place it comes from. Grab "
    "a bag while it lasts.",
    "{today}'s cupping table had one clear winner. {coffee}: {notes}. We all reached for the same bowl twice.",
    "*Meet {coffee}. The farm sits at 1,900 metres and dries its cherries on raised beds for three weeks. In the cup: "
    "{notes}.",
    "Your {brewer} deserves better water. Filter it, bring it to 94 °C, and taste {notes} instead of chlorine. Small "
    "change, big cup. 💧",
    "Brew guide, saved you the scrolling:\n\n☕ {brewer}\n⚖️ {ratio}\n⏱️ {time}\n\nGrind a little finer if it "
    "tastes thin, a little coarser if it bites.",
    "Somebody asked how we brew with the {brewer} at the bar. {ratio}, water just off the boil, {time} from first pour "
    "to last drop. That's all the magic there is.",
    "The bench by {spot} gets the sun until eleven. We bring the coffee, you bring the gossip. ☀️",
    "New at the counter: {food}. It was made for a {drink} and it knows it.",
    "We are out of {food} before noon most days, so consider this a gentle warning. 🥐",
    "The old drum roaster turns forty this year. It leaks a bit of smoke, complains about the cold and still roasts "
    "the best {coffee} we know.",
    "Before the doors open: two hundred kilos of green coffee, one very loud radio, and the smell that made us start "
    "this in the first place.",
    "*Wholesale friends: the spring price list is up, with {coffee} as the new house espresso option. Samples go out "
    "every Wednesday.",
    "Ask us anything about brewing at home. Grinder trouble, sour shots, the mystery of the bitter last sip. We answer "
    "all day. 👇",
    "Light roast or dark roast? There is no wrong answer, but there will be opinions.",
    "Rainy day special: any {drink} comes with {food} and permission to stay as long as you like. 🌧️",
    "Our packaging lost its plastic window this month. The new bag is paper all the way and goes in with the "
    "cardboard. It took eleven suppliers and one very patient printer.",
    "Last year we paid farmers 41 % above the market price on average. The whole list, farm by farm, is on the wall by "
    "{spot}.",
    "*The home barista evening is back: {brewer} from grinder to cup, eight places, one long table. Book yours before "
    "the regulars do.",
    "What's in your cup right now? Here it is {coffee}, {notes}, second refill, no regrets.",
    "Found at the bottom of the sample drawer and too good to keep to ourselves: {coffee}. {notes}. Only forty bags, "
    "then it's a memory.",
    "A reminder that coffee keeps best in its own bag, closed tight, away from the stove. The freezer is for {food}.",
    "Three ways to drink {coffee}: black and slow, over ice with orange peel, or stolen from the person beside you.",
    "Our roaster's notebook says {notes}. The notebook is right more often than we like to admit.",
    "We changed the espresso recipe: {shot}, a touch hotter than before. Tell us honestly whether you noticed.",
    "Hello from {spot}, where {coffee} is on filter and nobody is in a hurry. {notes}, warm cup, good company.",
    "The {brewer} on the second shelf has made more coffee than any of us. Today it gets {coffee} and a proper wash.",
    "{drink} and {food}. That is the whole caption. 🤎",
    "*This week's subscription roast is {coffee}. Expect {notes}, and a card with the recipe we liked best: {ratio}, "
    "{time}.",
    "Guest grinder from {weekday}: {coffee}. As espresso it is {notes}; as a {drink} it tastes like holidays.",
    "A tiny tour of the roastery: green bags on the left, the drum in the middle, {food} hidden on the right. Come and "
    "see it on {weekday} at five.",
    "We tasted {coffee} beside last year's harvest. Last year: lovely. This year: {notes}. The farm changed how it "
    "dries, and you can tell.",
    "Swipe for the difference a grinder makes: same {coffee}, same {brewer}, three settings. The middle one is "
    "{notes}. ➡️",
    "If you are new here: we roast on {weekday}, bake every morning, and pour {drink} until six. The rest you'll learn "
    "at {spot}.",
    "Regulars' choice this week is {coffee} on the {brewer}. They say {notes}. We say: told you. 😌",
    "*{coffee} for the office? Five kilos, whole bean, delivered on {weekday} by bike. The meeting will still be long, "
    "but it will smell of {notes}. 🚲",
    "Dogs on the terrace today: seven. Dogs named after coffee drinks: two. 🐕",
};

const Lines feed_christmas = {
    "*Last roast before the holidays leaves on the 20th. {coffee}, {notes}, and a ribbon if you ask nicely. 🎄",
    "The tree by {spot} is up, the mulled cold brew is on, and {food} is back for December only.",
    "*Gift boxes are packed: three coffees, one card, no wrapping paper wars. Order by Sunday and it travels in time. "
    "🎁",
    "Thank you for a year of early mornings. We close at three on the 24th and open again on the 27th with {coffee}.",
};

const Lines campaign_lines = {
    "*{tagline} Our {coffee} was roasted for exactly this: {notes}. #{tag}",
    "{tagline} Show us yours with #{tag}; our favourite gets a bag of {coffee}. 📸",
    "*{tagline} The #{tag} box holds {coffee}, a brew card for {brewer} and something sweet from the kitchen.",
    "{tagline} {ratio}, {time}, and nobody asks you a single question until the cup is empty. #{tag}",
    "{tagline} We asked the team for their ritual. The answers involve {brewer}, {food} and an unreasonable number of "
    "blankets. #{tag}",
};

const Lines short_texts = {
    "{coffee} just landed. {notes}. That's the post.",
    "*{coffee} is back: {notes}. Forty bags, no restock.",
    "Hot take: {brewer} is only complicated because people on the internet need hobbies.",
    "Today's dial-in: {shot}. Tasting like {notes}.",
    "Your coffee is sour? Grind finer. Bitter? Grind coarser. Still bad? Come see us at {spot}.",
    "We have {food} until we don't.",
    "*New brew guide: {brewer} without tears.",
    "The regulars have voted and {coffee} stays on the bar.",
    "Somebody ordered a {drink} \"but surprising\". We are thinking about it.",
    "Open till six today. Sun is on the bench by {spot}.",
    "Poll of one: is it too early for the second {drink}? No.",
    "Green coffee prices again this week 📈. We'd rather explain than shrink the bag, so we wrote it down.",
    "*Wholesale list is out. {coffee} as house espresso, samples on Wednesday.",
    "Roast day. The whole street smells of {notes} and we accept no complaints.",
    "PSA: the freezer is fine, the fridge is not. Thank you for coming to our talk.",
    "Overheard at the bar: \"I only drink decaf for the personality.\"",
    "Power cut on roast day. The backup plan is {brewer} by candlelight.",
    "*Eight places left for the home barista evening. Last time they went in an hour.",
    "Cupping at three on {weekday}. Bring a spoon and an opinion; {coffee} is on the table.",
    "If your grinder sounds angry, it is. Clean it. Drink {coffee} after.",
    "A quiet {today}, {coffee} on filter, radio on low. Come in.",
    "*We published what we paid for every lot this year. Farm by farm, no rounding.",
    "{coffee} through the {brewer} this morning. {notes}, no complaints.",
    "{today} mood: {drink} in one hand, {food} in the other, phone in the pocket.",
    "The {brewer} recipe that survived six baristas: {ratio}, {time}. Pin it.",
    "Whoever took the last of {food}: we saw you, and we understand.",
    "*Restock: {coffee}. The one that tastes of {notes}. You asked, a lot.",
    "Table by {spot}, {today}, ten o'clock. We saved you a {drink}.",
    "Blind tasting result: {coffee} beat everything twice the price. Again.",
    "If it says {notes} on the bag and you only taste coffee, that's fine. It is coffee.",
    "Grinder settings are a diary. Ours says {today} was humid.",
    "Three people asked for the {brewer} recipe today, so: {ratio}, {time}, and don't stir.",
    "Now on the guest grinder: {coffee}. {shot}. Ask for it as a {drink}.",
    "*Subscribers get {coffee} first this month. The rest of us wait until {weekday}.",
    "What's better with {food}: {drink} or filter? Wrong answers only.",
    "Somebody proposed at {spot} on {today}. The answer was yes. The {drink} was on us.",
    "We roasted {coffee} a shade lighter. Now it's {notes}. Come and argue.",
    "Closing the bar with {coffee} on the {brewer}. Good {today}, everyone.",
    "The queue on {today} reached {spot}. Thank you, and sorry, and thank you.",
    "Two bags of {coffee} left on the shelf. One has my name on it. Two, actually.",
};

const Lines professional = {
    "*We published our full price list for green coffee this week: what we paid, to whom, and how far above the market "
    "it was. Transparency costs us an afternoon a month and has won us three wholesale clients.",
    "How much coffee does an office of fifty drink? In our experience 4.2 kg a week, and twice that in the week before "
    "a launch. We now plan deliveries by the client's calendar instead of ours.",
    "*We are hiring a production roaster. You will cup every day, keep a forty-year-old machine happy and finish at "
    "four. The pay is in the advert, as it should be.",
    "Switching to paper bags took eleven suppliers and seven months. What we learnt about barrier films, minimum "
    "orders and patience, in five slides.",
    "Returns fell by a third after we began to print the roast date in large letters. Customers do read the bag, if "
    "the bag says something.",
    "Wholesale is not about the bean alone. A bar that gets training in its first month reorders 1.6 times as often. "
    "So training is now part of every contract.",
    "*Our first impact report is out. 38 tonnes of coffee, 14 farms, 9 % less gas per kilo than last year, and one "
    "target we missed by a wide margin. We explain that one too.",
    "A note on forecasts: we were wrong by 22 % in the spring, because we trusted last year's Easter. We now plan with "
    "ranges. It changed how we buy.",
    "What a small roaster can learn from a large bakery: waste is a number on the wall, every day, where everybody "
    "sees it.",
    "*Our lab day for café owners is back in {spot}: extraction, water, milk, and an honest talk about margins. Twelve "
    "seats.",
    "Three questions we ask before we take on a new farm: who picks, who is paid when, and who decides the price. "
    "{coffee} answers all three.",
    "We moved our dispatch to electric cargo bikes within the city. Slower on paper, faster in practice, and the "
    "couriers stay longer.",
    "*New on our site: the cost of a cup, itemised. Green coffee is 11 % of what you pay, rent is 14 %, and the paper "
    "cup is more than the farmer got in 2005.",
    "A café owner told us this week that {coffee} outsells the house blend on Mondays and nowhere else. We have "
    "started to look at sales by weekday with all our partners.",
    "Training notes from {spot}: most espresso problems are water problems. We now send a test strip with the first "
    "delivery.",
    "*Case study: how a hotel with 80 rooms moved from capsules to {brewer} without hiring anybody. The numbers after "
    "six months are in it.",
    "We cup every lot blind, three times, with two people who did not buy it. {coffee} passed on the second try. It is "
    "slow and it has saved us from four expensive mistakes.",
    "Price changes are announced eight weeks ahead here. It costs us margin in a rising market and it keeps the people "
    "who plan their year around us.",
    "The team voted for a four-day week in the roastery, with longer days. Output is up 3 %, sick days are down by a "
    "third. One quarter is not proof, so we keep measuring.",
    "*Green buying report, this quarter: two new farms, one we parted with, and why {coffee} costs more than last "
    "year.",
    "Most of our wholesale clients started with one bag and a {brewer}. If you run a small bar, that is still the best "
    "way to begin.",
    "What goes wrong in the first week of a new espresso on bar? Grind, grind, and the person who tells nobody. Our "
    "checklist fits on one page.",
    "Gas, power, freight: we publish the three curves that decide our prices, every month. Two fell in this one.",
    "Our apprentices now spend a month with the accountant. The questions they ask at the cupping table afterwards are "
    "better than ours.",
    "*We are looking for a partner for filter coffee in offices around {spot}. Write to us if you know a landlord with "
    "good taste.",
    "{coffee}, tasted by nine café owners this morning: {notes}. Seven would put it on as a guest, two found it too "
    "bright. Both are right.",
    "Subscriptions are 31 % of our revenue now. Four years ago they were an experiment with a spreadsheet and a stamp.",
    "What we learnt from a {today} of shadowing our own delivery: the box is too large, the label too small, and "
    "everybody wants {coffee} on the same morning.",
    "{coffee} is sold out until the next container. We could have bought more and did not: storage is where {notes} "
    "goes to die.",
    "A bar near {spot} asked us to drop three coffees from its list. Sales went up. Fewer choices, better trained, and "
    "a {drink} that always tastes the same.",
    "*Offer for cafés: we lend you a {brewer} set and {coffee} for two weeks. If your guests don't ask for it, we "
    "collect it again.",
    "Every {weekday} at eight the whole team cups together, from the accountant to the baker. Today's favourite: "
    "{coffee}, {notes}.",
    "Forecast against reality for {coffee}: we planned for nine weeks and it lasted six. Being wrong in this direction "
    "is pleasant and still costs a harvest.",
    "*Webinar on {weekday}: dialling in {coffee} for a busy bar, {shot}, and what to change when the queue gets long.",
    "Our best-selling {drink} is made with {coffee}, our most profitable one is not. We wrote down how we price "
    "drinks.",
    "How do you describe {notes} to a guest who just wants coffee? You don't. You say: try it, and if you dislike it "
    "the next one is free.",
    "{coffee} and {food} on one plate: our test of paired offers added 14 % to the average bill at {spot}, and no "
    "complaints.",
    "Food waste in our three bars is at 2.1 %. The trick was to bake {food} twice a day instead of once.",
};

const Lines clips = {
    "wait for the bloom 🫧 {coffee} on {brewer}",
    "POV: you asked for a {drink} five minutes before closing",
    "{ratio}. {time}. that's it, that's the recipe",
    "rating the sounds our roaster makes, worst to best",
    "pour with me: {coffee}, {notes} ☕",
    "things you hear at a coffee bar in one shift",
    "how we taste sixty coffees before lunch (and stay awake)",
    "the {food} vs. one very small dog",
    "cleaning the grinder so you don't have to look away 😌",
    "latte art, attempt 1 to 9. number 7 hurt us",
    "packing your orders with {notes} in the air",
    "green to brown in thirty seconds",
    "is {brewer} worth the fuss? we timed it",
    "barista hands, roaster hands, dishwasher hands",
    "{food}, from flour to gone",
    "things a {brewer} would say if it could talk",
    "{brewer} in the rain at {spot}, because we could",
    "one take. no cuts. {coffee} ☕",
    "first sip reactions: {notes}?? really??",
    "what {ratio} looks like if you never learnt to weigh",
    "the sound of {time} of patience",
    "we let the new one choose the music. {drink} to happy hardcore",
    "guess the origin before the bloom ends",
    "{coffee} on ice: yes or crime?",
    "how many takes for one {brewer} pour? (eleven)",
    "every customer at {spot} on a {today}, ranked by need",
    "tasting notes translated: \"{notes}\" means buy two bags",
    "the {food} shelf, 7:00 vs 7:40",
    "roaster POV 🎥 {coffee} hits first crack",
    "teaching grandma's moka pot some manners",
};

const Lines competitor_lines = {
    "Our new single origin is here. Order online today.",
    "Weekend plans sorted: brunch and bottomless filter. ☕",
    "Two for one on all cold drinks until Friday!",
    "Say hello to our new subscription: fresh beans at your door every two weeks.",
    "Which one are you: espresso, flat white or filter?",
    "Open early tomorrow. See you at seven.",
    "Our summer blend is back by popular demand.",
    "Thank you for 5 stars, we read every single review.",
    "New mugs are in. They sell out every time.",
    "Latte art throwdown this Thursday, doors at six.",
    "Free pastry with every large coffee this morning.",
    "Behind the scenes at the roastery. It is loud in here.",
    "Good mornings start with good beans.",
    "We are opening a second bar. Guess where.",
};

// Names that stand with and without "our" in front.
const Lines coffees = {"Huila Reserva",     "washed Yirgacheffe", "Finca La Loma",   "Tarrazú Honey",
                       "Nyeri Peaberry",    "Gayo Highland",      "House No. 4",     "natural Sidama",
                       "Cajamarca Organic", "Chiapas Decaf",      "Nyamasheke Hill", "Kitchen Blend",
                       "Huehuetenango 19",  "Kintamani"};
const Lines notes = {"black cherry and cocoa",
                     "bergamot and peach",
                     "toffee, almond, a little smoke",
                     "red apple and brown sugar",
                     "jasmine with lemon curd",
                     "blackcurrant and grapefruit",
                     "milk chocolate and hazelnut",
                     "ripe mango and honey",
                     "fig jam and walnut",
                     "orange peel and caramel",
                     "strawberry, almost too much of it",
                     "plum and cinnamon"};
const Lines brewers = {"V60", "AeroPress", "Chemex", "French press", "moka pot", "Kalita"};
const Lines drinks = {"cortado", "flat white", "cold brew", "batch filter", "macchiato", "cappuccino"};
const Lines ratios = {"15 g to 250 g", "20 g to 320 g", "30 g to half a litre", "60 g per litre", "16 g to 240 g"};
const Lines times = {"2:30 minutes", "just under three minutes", "four minutes", "3:15 minutes"};
const Lines shots = {"18 g to 36 g in 28 seconds", "19 g to 40 g in 30 seconds", "20 g to 44 g in 27 seconds",
                     "17 g to 38 g in 31 seconds"};
const Lines spots = {"the front window", "the river door", "the market hall", "the roastery yard", "the old tram stop"};
const Lines foods = {"the cardamom bun",     "the olive oil cake", "the rhubarb tart",
                     "the buckwheat cookie", "the plum crumble",   "banana bread with miso"};
const Lines weekdays = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
const Lines general_tags = {"coffee",   "specialtycoffee", "coffeeroaster", "coffeetime", "homebarista",
                            "pourover", "espresso",        "coffeelover",   "slowcoffee", "portlandcoffee"};

const Lines& taglines(const Campaign& campaign) {
  static const std::map<std::string_view, Lines> all = {
      {"slow-mornings",
       {"January is not for rushing.", "Ten quiet minutes before the day begins.",
        "The snooze button, but drinkable."}},
      {"first-pick",
       {"The first picking of the year has arrived, three weeks after harvest.", "New harvest, new grinder setting.",
        "Spring comes to the cupping table a little early."}},
      {"cold-season",
       {"It is too hot for hot coffee, and we came prepared. 🧊",
        "Twelve hours in the fridge, ten seconds in the glass.", "Ice first, questions later."}},
      {"harvest-blend",
       {"Leaves down, kettle on. 🍂", "Jumper weather has a flavour.", "Our autumn blend is back for seven weeks."}},
      {"winter-hearth",
       {"Long nights, short days, warm cups. ❄️", "A blanket, but in a cup.",
        "For the hour when it is already dark and not yet late."}},
  };
  return all.at(campaign.key);
}

void replace_all(std::string& text, std::string_view slot, std::string_view filling) {
  for (size_t at = text.find(slot); at != std::string::npos; at = text.find(slot, at + filling.size())) {
    text.replace(at, slot.size(), filling);
  }
}

void capitalise_sentences(std::string& text) {
  bool begin = true;
  for (char& c : text) {
    if (begin && c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c != ' ' && c != '\n') begin = false;
    if (c == '.' || c == '!' || c == '?') begin = true;
    // A decimal point or a time ends no sentence: what follows it is a digit and stays one.
  }
}

const Lines& lines_of(Voice voice) {
  switch (voice) {
    case Voice::feed:
      return feed;
    case Voice::short_text:
      return short_texts;
    case Voice::professional:
      return professional;
    case Voice::clip:
      return clips;
    case Voice::competitor:
      return competitor_lines;
  }
  return feed;
}

}  // namespace

const Campaign* campaign_on(Day day) {
  CalendarDate date = calendar_date(day);
  unsigned here = date.month * 100 + date.day;
  for (const Campaign& campaign : campaigns) {
    if (here >= campaign.first_month * 100 + campaign.first_day &&
        here <= campaign.last_month * 100 + campaign.last_day) {
      return &campaign;
    }
  }
  return nullptr;
}

Said Speaker::say(Day day, const Campaign* campaign) {
  CalendarDate date = calendar_date(day);
  bool advent = date.month == 12 && date.day <= 24 && voice_ == Voice::feed && random_.chance(350);
  std::string_view line = pick(campaign ? campaign_lines : advent ? feed_christmas : lines_of(voice_));
  bool link = line.starts_with('*');
  Said said{filled(line.substr(link ? 1 : 0), day, campaign), link};
  if (voice_ != Voice::clip) capitalise_sentences(said.text);
  add_tags(said.text);
  return said;
}

// A line that says the same every time is used twice a year at most, and none comes again before half of the others
// had their turn.
std::string_view Speaker::pick(const std::vector<std::string_view>& lines) {
  std::deque<std::string_view>& recent = recent_[&lines];
  for (int tries = 0; tries < 60; ++tries) {
    std::string_view line = lines[random_.index(lines.size())];
    bool varied = line.find('{') != std::string_view::npos;
    bool again = std::find(recent.begin(), recent.end(), line) != recent.end();
    bool spent = !varied && voice_ != Voice::competitor && uses_[line] >= 2;
    if (again || spent) continue;
    ++uses_[line];
    recent.push_back(line);
    if (recent.size() > lines.size() / 2) recent.pop_front();
    return line;
  }
  // Everything is spent: what was used least.
  auto least = std::min_element(lines.begin(), lines.end(),
                                [&](std::string_view a, std::string_view b) { return uses_[a] < uses_[b]; });
  ++uses_[*least];
  return *least;
}

std::string Speaker::filled(std::string_view line, Day day, const Campaign* campaign) {
  std::string text(line);
  auto fill = [&](std::string_view slot, const Lines& choices) {
    replace_all(text, slot, choices[random_.index(choices.size())]);
  };
  if (campaign) {
    fill("{tagline}", taglines(*campaign));
    replace_all(text, "{tag}", campaign->tag);
  }
  fill("{coffee}", coffees);
  fill("{notes}", notes);
  fill("{brewer}", brewers);
  fill("{drink}", drinks);
  fill("{ratio}", ratios);
  fill("{time}", times);
  fill("{shot}", shots);
  fill("{spot}", spots);
  fill("{food}", foods);
  fill("{weekday}", weekdays);
  replace_all(text, "{today}", weekdays[static_cast<size_t>(weekday_of(day))]);
  return text;
}

void Speaker::add_tags(std::string& text) {
  if (voice_ == Voice::clip) text += random_.chance(500) ? " #coffeetok #barista" : " #coffeetok";
  if (voice_ == Voice::professional && random_.chance(400)) text += " #specialtycoffee #wholesale";
  if (voice_ == Voice::competitor && random_.chance(600)) text += " #coffee";
  if (voice_ != Voice::feed && voice_ != Voice::short_text) return;
  int64_t count = voice_ == Voice::feed ? random_.between(2, 5) : random_.between(0, 2);
  if (random_.chance(voice_ == Voice::short_text ? 250 : 700)) text += " #JuniperAndFinch";
  size_t first = random_.index(general_tags.size());
  for (int64_t i = 0; i < count; ++i) {
    text += " #";
    text += general_tags[(first + static_cast<size_t>(i) * 3) % general_tags.size()];
  }
}

std::string_view viral_words() {
  return "Sound on. This is the moment the old drum roaster opens its door and forty years of machine let out one long "
         "breath. We have heard it every morning since we opened and still stop talking. 🔊 #JuniperAndFinch #coffee "
         "#specialtycoffee #satisfying";
}

}  // namespace sociometer::demo
