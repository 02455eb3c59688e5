import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: ClusterMarginOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/ClusterMarginOptions.md","filePath":"reference/api/baaljs/strategies/interfaces/ClusterMarginOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/ClusterMarginOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-clustermarginoptions" tabindex="-1">Interface: ClusterMarginOptions <a class="header-anchor" href="#interface-clustermarginoptions" aria-label="Permalink to &quot;Interface: ClusterMarginOptions&quot;">​</a></h1><p>The options of <a href="./../functions/clusterMargin.html">clusterMargin</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-candidatesperpick"></a> <code>candidatesPerPick?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Items of smallest margin per pick, from which the batch is taken; 10 by default.</td></tr><tr><td><a id="property-distance"></a> <code>distance?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Mean distance between two clusters from which on they stay apart. By default the tree is cut into as many clusters as picks.</td></tr><tr><td><a id="property-maxclustered"></a> <code>maxClustered?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Items that are clustered at most; the others join the cluster of the nearest one. 5,000 by default: 100 MB of distances.</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/ClusterMarginOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const ClusterMarginOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  ClusterMarginOptions as default
};
