import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: OutOfScopeMetrics","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/OutOfScopeMetrics.md","filePath":"reference/api/baaljs/metrics/interfaces/OutOfScopeMetrics.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/OutOfScopeMetrics.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-outofscopemetrics" tabindex="-1">Interface: OutOfScopeMetrics <a class="header-anchor" href="#interface-outofscopemetrics" aria-label="Permalink to &quot;Interface: OutOfScopeMetrics&quot;">​</a></h1><p>How well a score tells items out of scope from the others; see <a href="./../functions/outOfScopeMetrics.html">outOfScopeMetrics</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-auroc"></a> <code>auroc</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-fpr95"></a> <code>fpr95</code></td><td><code>readonly</code></td><td><code>number</code></td><td>False positive rate at a true positive rate of 95 %.</td></tr><tr><td><a id="property-prauc"></a> <code>prAuc</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Average precision.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/OutOfScopeMetrics.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const OutOfScopeMetrics = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  OutOfScopeMetrics as default
};
