import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: KMeansClusters","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/KMeansClusters.md","filePath":"reference/api/baaljs/strategies/interfaces/KMeansClusters.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/KMeansClusters.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-kmeansclusters" tabindex="-1">Interface: KMeansClusters <a class="header-anchor" href="#interface-kmeansclusters" aria-label="Permalink to &quot;Interface: KMeansClusters&quot;">​</a></h1><p>The clusters that <a href="./../functions/kMeans.html">kMeans</a> has found.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-centroids_k_d"></a> <code>centroids_K_D</code></td><td><code>readonly</code></td><td><code>Float32Array</code></td><td><code>[K, D]</code> row-major: the mean of each cluster; zeros for an empty one.</td></tr><tr><td><a id="property-cluster_n"></a> <code>cluster_N</code></td><td><code>readonly</code></td><td><code>Int32Array</code></td><td>Cluster of each item, in the order of the features.</td></tr><tr><td><a id="property-inertia"></a> <code>inertia</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Sum of the squared Euclidean distances of the items to their centroids.</td></tr><tr><td><a id="property-iterations"></a> <code>iterations</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-sizes_k"></a> <code>sizes_K</code></td><td><code>readonly</code></td><td><code>Int32Array</code></td><td>Items per cluster; a cluster is empty where there are fewer different items than clusters.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/KMeansClusters.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const KMeansClusters = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  KMeansClusters as default
};
