import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: SelectionWorkOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/SelectionWorkOptions.md","filePath":"reference/api/baaljs/strategies/interfaces/SelectionWorkOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/SelectionWorkOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-selectionworkoptions" tabindex="-1">Interface: SelectionWorkOptions <a class="header-anchor" href="#interface-selectionworkoptions" aria-label="Permalink to &quot;Interface: SelectionWorkOptions&quot;">​</a></h1><p>The options of a strategy that takes its time.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./BadgeOptions.html"><code>BadgeOptions</code></a></li><li><a href="./BatchBaldOptions.html"><code>BatchBaldOptions</code></a></li><li><a href="./ProbCoverOptions.html"><code>ProbCoverOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-onprogress"></a> <code>onProgress?</code></td><td><code>readonly</code></td><td>(<code>event</code>) =&gt; <code>void</code></td><td>-</td></tr><tr><td><a id="property-signal"></a> <code>signal?</code></td><td><code>readonly</code></td><td><code>AbortSignal</code></td><td>Makes <code>select</code> throw <code>E_ABORTED</code> when it fires.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/SelectionWorkOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const SelectionWorkOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  SelectionWorkOptions as default
};
