import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: HeuristicRecord<Made, Options>","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/HeuristicRecord.md","filePath":"reference/api/baaljs/heuristics/interfaces/HeuristicRecord.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/HeuristicRecord.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-heuristicrecord-made-options" tabindex="-1">Interface: HeuristicRecord&lt;Made, Options&gt; <a class="header-anchor" href="#interface-heuristicrecord-made-options" aria-label="Permalink to &quot;Interface: HeuristicRecord\\&lt;Made, Options\\&gt;&quot;">​</a></h1><p>All that lists, checks, flags and tables know of a heuristic.</p><h2 id="type-parameters" tabindex="-1">Type Parameters <a class="header-anchor" href="#type-parameters" aria-label="Permalink to &quot;Type Parameters&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Type Parameter</th><th>Default type</th></tr></thead><tbody><tr><td><a id="type-parameter-made"></a> <code>Made</code></td><td><a href="./Heuristic.html"><code>Heuristic</code></a></td></tr><tr><td><a id="type-parameter-options"></a> <code>Options</code></td><td><code>never</code></td></tr></tbody></table><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-doc"></a> <code>doc</code></td><td><code>readonly</code></td><td><code>string</code></td><td>The items that it favours, in one line.</td></tr><tr><td><a id="property-fewestdraws"></a> <code>fewestDraws</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Draws per item that it takes at least, with default options; 0 where it does not look at predictions.</td></tr><tr><td><a id="property-make"></a> <code>make</code></td><td><code>readonly</code></td><td>(<code>options?</code>) =&gt; <code>Made</code></td><td>Makes it. Throws <code>E_ARGUMENT</code> for options out of range.</td></tr><tr><td><a id="property-name"></a> <code>name</code></td><td><code>readonly</code></td><td><code>string</code></td><td>As it is printed; any case of letters finds it.</td></tr><tr><td><a id="property-needs"></a> <code>needs</code></td><td><code>readonly</code></td><td>readonly <a href="./../type-aliases/Need.html"><code>Need</code></a>[]</td><td>With default options.</td></tr><tr><td><a id="property-options"></a> <code>options</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/OptionRules.html"><code>OptionRules</code></a></td><td>The options that a configuration can set.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/HeuristicRecord.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const HeuristicRecord = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  HeuristicRecord as default
};
