// Meta's Node SDK as its README and its examples use it. One step a run; prints JSON.
'use strict';
const path = require('path');
const sdk = require('facebook-nodejs-business-sdk');
const {AdAccount, AdVideo, Ad, APIRequest, Campaign, FacebookAdsApi, FacebookAdsApiBatch} = sdk;
const {GRAPH_URL, ACCOUNT_ID, ACCESS_TOKEN, PAGE_ID, FOLDER} = process.env;

// --- the base URL, and nothing else
for (const name of ['GRAPH', 'GRAPH_VIDEO']) Object.defineProperty(FacebookAdsApi, name, {get: () => GRAPH_URL});
// ---

const api = FacebookAdsApi.init(ACCESS_TOKEN, 'en_US', false);
const account = new AdAccount(ACCOUNT_ID);

const newCampaign = (name = 'Page likes campaign', more = {}) => account.createCampaign([], {
  [Campaign.Fields.name]: name,
  [Campaign.Fields.status]: Campaign.Status.paused,
  [Campaign.Fields.objective]: Campaign.Objective.outcome_traffic,
  [Campaign.Fields.special_ad_categories]: [],
  is_adset_budget_sharing_enabled: false,
  ...more,
});

const steps = {
  async read() {
    const found = await account.read([AdAccount.Fields.name, AdAccount.Fields.age]);
    return {name: found.name, age: found.age, currency: (await account.read(['currency'])).currency};
  },

  async crud() {
    const campaign = await newCampaign();
    await new Campaign(campaign.id, {[Campaign.Fields.id]: campaign.id, [Campaign.Fields.name]: 'Campaign - Updated'}).update();
    const read = await new Campaign(campaign.id).read([Campaign.Fields.name, Campaign.Fields.effective_status]);
    await new Campaign(campaign.id).delete();
    const gone = await new Campaign(campaign.id).read([Campaign.Fields.effective_status]);
    return {name: read.name, before: read.effective_status, after: gone.effective_status};
  },

  async error() {
    try {
      await newCampaign('x', {[Campaign.Fields.objective]: Campaign.Objective.page_likes});
      return null;
    } catch (problem) {
      return {name: problem.name, status: problem.status, code: problem.response.code, message: problem.message};
    }
  },

  async cursor() {
    for (let n = 0; n < 5; n++) await newCampaign(`Campaign ${n}`);
    let page = await account.getCampaigns([Campaign.Fields.name], {limit: 2});
    const names = page.map(one => one.name);
    while (page.hasNext()) {
      page = await page.next();
      page.forEach(one => names.push(one.name));
    }
    const back = await page.previous();
    return {names, back: back.map(one => one.name)};
  },

  async batch() {
    const told = [];
    const batch = new FacebookAdsApiBatch(api);
    const ok = reply => told.push(['ok', reply.body.name]);
    const no = reply => told.push(['no', reply.body.error.code]);
    batch.addRequest(new APIRequest(PAGE_ID, 'GET', '/').addField('name'), ok, no);
    batch.addRequest(new APIRequest(ACCOUNT_ID, 'GET', '/').addField('name').addField('age'), ok, no);
    batch.addRequest(new APIRequest('120', 'GET', '/').addField('name'), ok, no);
    await batch.execute();
    return told;
  },

  async tree() {
    const campaign = await newCampaign();
    const adSet = await account.createAdSet([], {
      name: 'My Ad Set', campaign_id: campaign.id, status: 'PAUSED', daily_budget: 2000, billing_event: 'IMPRESSIONS',
      optimization_goal: 'LINK_CLICKS', bid_strategy: 'LOWEST_COST_WITHOUT_CAP',
      targeting: {geo_locations: {countries: ['MY']}, targeting_automation: {advantage_audience: 0}},
    });
    const bytes = require('fs').readFileSync(path.join(FOLDER, 'picture.png')).toString('base64');
    const image = await account.createAdImage([], {bytes});
    const hash = image._data.images.bytes.hash;
    const creative = await account.createAdCreative([], {
      name: 'My Creative',
      object_story_spec: {page_id: PAGE_ID, link_data: {image_hash: hash, link: 'https://acme.example/', message: 'try it out'}},
    });
    const ad = await account.createAd([], {name: 'My Ad', adset_id: adSet.id, creative: {creative_id: creative.id}, status: 'PAUSED'});
    const read = await new Ad(ad.id).read(['name', 'effective_status', 'adset{name}', 'creative{body}']);
    const active = await account.getAds(['name'], {[Ad.Fields.effective_status]: [Ad.EffectiveStatus.active]});
    return {...read._data, active: active.length};
  },

  async video() {
    const video = await account.createAdVideo([], {name: 'Film', file_url: GRAPH_URL + '/_media/film.mp4'});
    return (await new AdVideo(video.id).read(['title']))._data;
  },

  async insights() {
    const campaign = await newCampaign();
    const fields = ['impressions', 'frequency', 'actions', 'spend', 'cpc'];
    const one = await new Campaign(campaign.id).getInsights(fields, {});
    const filtering = [{field: 'campaign.id', operator: 'IN', value: [campaign.id]}];
    const all = await account.getInsights([...fields, 'campaign_id'], {level: 'campaign', filtering});
    return {one: one.length, all: all.length};
  },
};

steps[process.argv[2]]().then(
  result => console.log(JSON.stringify(result)),
  problem => { console.error(problem.stack || problem); process.exit(1); });
