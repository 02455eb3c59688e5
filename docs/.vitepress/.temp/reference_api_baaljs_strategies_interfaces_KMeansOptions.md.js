import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: KMeansOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/KMeansOptions.md","filePath":"reference/api/baaljs/strategies/interfaces/KMeansOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/KMeansOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-kmeansoptions" tabindex="-1">Interface: KMeansOptions <a class="header-anchor" href="#interface-kmeansoptions" aria-label="Permalink to &quot;Interface: KMeansOptions&quot;">​</a></h1><p>The options of k-means, wherever it is run.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./TypiclustOptions.html"><code>TypiclustOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-maxiterations"></a> <code>maxIterations?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Passes over all rows at most; 100 by default.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr><tr><td><a id="property-starts"></a> <code>starts?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Seedings that it is run from, of which the clusters of the least inertia stay; 1 by default.</td></tr><tr><td><a id="property-tolerance"></a> <code>tolerance?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Stops where the centroids&#39; squared moves sum up to less than this share of the rows&#39; mean variance; 1e-4 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/KMeansOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const KMeansOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  KMeansOptions as default
};
