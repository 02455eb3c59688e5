import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: EarlyStoppingOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/EarlyStoppingOptions.md","filePath":"reference/api/baaljs/interfaces/EarlyStoppingOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/EarlyStoppingOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-earlystoppingoptions" tabindex="-1">Interface: EarlyStoppingOptions <a class="header-anchor" href="#interface-earlystoppingoptions" aria-label="Permalink to &quot;Interface: EarlyStoppingOptions&quot;">​</a></h1><p>Options of the stopping criterion <a href="./../functions/earlyStopping.html">earlyStopping</a>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-greaterisbetter"></a> <code>greaterIsBetter?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>False by default for a metric whose name speaks of a loss or an error, true for all others.</td></tr><tr><td><a id="property-patience"></a> <code>patience</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Steps in a row without improvement over the best before them.</td></tr><tr><td><a id="property-threshold"></a> <code>threshold?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>A smaller change is no improvement; 0 by default.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/EarlyStoppingOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const EarlyStoppingOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  EarlyStoppingOptions as default
};
