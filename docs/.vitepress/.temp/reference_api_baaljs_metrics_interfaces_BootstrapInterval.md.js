import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: BootstrapInterval","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/metrics/interfaces/BootstrapInterval.md","filePath":"reference/api/baaljs/metrics/interfaces/BootstrapInterval.md"}');
const _sfc_main = { name: "reference/api/baaljs/metrics/interfaces/BootstrapInterval.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-bootstrapinterval" tabindex="-1">Interface: BootstrapInterval <a class="header-anchor" href="#interface-bootstrapinterval" aria-label="Permalink to &quot;Interface: BootstrapInterval&quot;">​</a></h1><p>A metric with its interval.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-high"></a> <code>high</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-level"></a> <code>level</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-low"></a> <code>low</code></td><td><code>readonly</code></td><td><code>number</code></td><td>-</td></tr><tr><td><a id="property-resamples"></a> <code>resamples</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Resamples that the interval rests on.</td></tr><tr><td><a id="property-standarderror"></a> <code>standardError</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Standard deviation over the resamples.</td></tr><tr><td><a id="property-undefinedresamples"></a> <code>undefinedResamples</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Resamples left out because they do not define the metric, such as an AUROC without a positive item.</td></tr><tr><td><a id="property-value"></a> <code>value</code></td><td><code>readonly</code></td><td><code>number</code></td><td>The metric of the data themselves.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/metrics/interfaces/BootstrapInterval.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const BootstrapInterval = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  BootstrapInterval as default
};
